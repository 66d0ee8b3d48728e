/** @file Why a download from Hugging Face failed, and what to do about it. */
import { unreachable } from "../http/hugging-face.ts";

/** @param endpoint Where it was asked for; default Hugging Face itself. */
export async function downloadFailure(
  spec: string,
  error: unknown,
  endpoint?: string,
): Promise<string> {
  const message = error instanceof Error ? error.message : String(error);
  if (/does not exist|40[04]/.test(message)) {
    return `Hugging Face has no model '${spec}': check the owner, the repository and the quantisation (hf:OWNER/REPO:Q4_K_M).`;
  }
  if (/40[13]|Unauthorized|Forbidden/.test(message)) {
    return `'${spec}' needs permission: accept its licence on Hugging Face and set HF_TOKEN.`;
  }
  if (/ENOSPC/.test(message)) return `There is not enough space on the disk to download '${spec}'.`;
  const why = (await unreachable(endpoint)) ?? firstLine(message);
  return `'${spec}' cannot be downloaded (${why}): ${proxyAdvice() ?? networkAdvice}`;
}

const networkAdvice = "check the network, or give the path of a .gguf file that is already here.";

/** Node's own fetch knows the environment's proxies from Node 24 on, and only where it is told to. */
export function proxyAdvice(
  env: Readonly<Record<string, string | undefined>> = process.env,
  node = process.versions.node,
): string | undefined {
  const name = ["https_proxy", "HTTPS_PROXY"].find((one) => env[one]?.trim());
  const isNew = Number.parseInt(node, 10) >= 24;
  if (name === undefined || (isNew && env.NODE_USE_ENV_PROXY === "1")) return undefined;
  if (isNew) return `to download through the proxy in ${name}, set NODE_USE_ENV_PROXY=1.`;
  return `hf: downloads do not go through the proxy in ${name} on Node ${node}. Download the file by hand (curl -x "$${name}" -LO URL) and give its path, or take Node 24 or later with NODE_USE_ENV_PROXY=1.`;
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").slice(0, 200);
}
