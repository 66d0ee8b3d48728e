/**
 * @file Why a server behind the worker has nothing for us, for the log: it may have what clients are
 * not told, where the proxy on the way is and what the system says of the connection.
 */
import { ProxyError } from "../../http/proxies.ts";

const words: Record<string, string> = {
  ENOTFOUND: "no address is known for its name",
  EAI_AGAIN: "no name server answers",
  ECONNREFUSED: "the connection is refused",
  ETIMEDOUT: "the connection timed out",
  EHOSTUNREACH: "there is no way to its address",
  ENETUNREACH: "there is no way to its network",
};

/** Who is behind a company's proxy meets these where none is named. */
const proxyless = new Set(["ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ENETUNREACH"]);

/** One sentence or two. @param isProxied Whether the server is asked through a proxy. */
export function absenceInWords(error: unknown, isProxied: () => boolean): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  if (cause instanceof ProxyError) return `It cannot be reached: ${cause.message}.`;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const why = words[code];
  if (why === undefined) return message;
  const hint =
    proxyless.has(code) && !isProxied()
      ? " If it is reached through a proxy, name that in HTTPS_PROXY or HTTP_PROXY."
      : "";
  return `${message.replace(/\.$/, "")}: ${why} (${code}).${hint}`;
}
