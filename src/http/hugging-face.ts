/** @file The checksums that Hugging Face publishes for the files of a repository. */

import { z } from "zod";

const Tree = z.array(
  z.object({
    size: z.number().optional(),
    lfs: z.object({ oid: z.string() }).optional(),
  }),
);

/**
 * SHA-256 digests by file size; empty where the site does not offer them.
 *
 * @param repository `OWNER/REPO`
 */
export async function publishedDigests(
  repository: string,
  options: { endpoint?: string; token?: string; signal?: AbortSignal } = {},
): Promise<Map<number, string[]>> {
  const { endpoint = "https://huggingface.co/", token, signal } = options;
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
