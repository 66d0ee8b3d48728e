/** @file Hugging Face: the checksums of a repository's files, and whether it can be reached. */

import { z } from "zod";

const Tree = z.array(
  z.object({
    size: z.number().optional(),
    lfs: z.object({ oid: z.string() }).optional(),
  }),
);

const usualEndpoint = "https://huggingface.co/";

/** The system's code for why the site cannot be reached, such as ENOTFOUND; undefined where it can. */
export async function unreachable(endpoint = usualEndpoint): Promise<string | undefined> {
  try {
    await fetch(endpoint, { method: "HEAD", signal: AbortSignal.timeout(10_000) });
    return undefined;
  } catch (error) {
    const { cause, name } = error as Error;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : name;
    return `${new URL(endpoint).host} cannot be reached: ${code}`;
  }
}

/**
 * SHA-256 digests by file size; empty where the site does not offer them.
 *
 * @param repository `OWNER/REPO`
 */
export async function publishedDigests(
  repository: string,
  options: { endpoint?: string; token?: string; signal?: AbortSignal } = {},
): Promise<Map<number, string[]>> {
  const { endpoint = usualEndpoint, token, signal } = options;
  const url = new URL(`api/models/${repository}/tree/main?recursive=true`, endpoint);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const timeout = AbortSignal.timeout(10_000);
  const tree = await fetch(url, {
    headers,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  })
    .then((response) => response.json())
    .catch(() => []);
  const digests = new Map<number, string[]>();
  for (const { size, lfs } of Tree.safeParse(tree).data ?? []) {
    if (size !== undefined && lfs) digests.set(size, [...(digests.get(size) ?? []), lfs.oid]);
  }
  return digests;
}
