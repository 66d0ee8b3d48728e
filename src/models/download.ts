/**
 * @file Fetches models from Hugging Face with node-llama-cpp's downloader: several connections at
 * once, resumed where it stopped, and compared with the checksum that the site publishes.
 */

import { rmSync, statSync } from "node:fs";
import { basename } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import { fileDigest } from "../files/file-digest.ts";
import { makeFolder } from "../files/make-folder.ts";
import { publishedDigests } from "../http/hugging-face.ts";
import { readGguf } from "../llama/gguf-reader.ts";

export type DownloadOptions = {
  folder: string;
  onProgress: (progress: DownloadProgress) => void;
  signal: AbortSignal;
  /** Another site with Hugging Face's interface. */
  endpoint: string;
  /** A Hugging Face access token, for models that need one. */
  token: string;
};

type DownloadProgress = { totalBytes: number; downloadedBytes: number };

/** @throws {UsageError} with what to do about it. */
export async function download(
  spec: string,
  options: Partial<DownloadOptions> & { folder: string },
): Promise<string> {
  makeFolder(options.folder);
  try {
    const present = await fetchModel(spec, options, false).catch(() => undefined);
    if (present !== undefined) return present;
    const path = await fetchModel(spec, options, "auto");
    await verify(spec, path, options);
    return path;
  } catch (error) {
    if (error instanceof UsageError || options.signal?.aborted) throw error;
    throw new UsageError(reasonOf(spec, error), { cause: error });
  }
}

async function fetchModel(
  spec: string,
  { folder, onProgress, signal, endpoint, token }: Partial<DownloadOptions>,
  mode: "auto" | false,
): Promise<string> {
  const { resolveModelFile } = await import("node-llama-cpp"); // slow to load; a local file needs none
  return resolveModelFile(spec, {
    ...(folder !== undefined && { directory: folder }),
    download: mode,
    cli: false,
    deleteTempFileOnCancel: false,
    ...(signal && { signal }),
    ...(endpoint !== undefined && { endpoints: { huggingFace: endpoint } }),
    ...(token !== undefined && { tokens: { huggingFace: token } }),
    ...(onProgress && {
      onProgress: ({ totalSize, downloadedSize }) =>
        onProgress({ totalBytes: totalSize, downloadedBytes: downloadedSize }),
    }),
  });
}

/** A file that is not what the site published is removed, or it would be found and used next time. */
async function verify(spec: string, path: string, options: Partial<DownloadOptions>) {
  const repository = /^(?:hf|huggingface):([^/]+\/[^/:#]+)/.exec(spec)?.[1];
  const published = repository && (await publishedDigests(repository, options));
  for (const part of partsOf(path)) {
    if (!published || published.size === 0) continue;
    const expected = published.get(statSync(part).size) ?? [];
    if (expected.includes(await fileDigest(part))) continue;
    rmSync(part);
    throw new UsageError(
      `${basename(part)} was damaged on its way (its SHA-256 is wrong) and has been removed; download it again.`,
    );
  }
}

function partsOf(path: string): string[] {
  try {
    return readGguf(path).parts;
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

function reasonOf(spec: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/does not exist|40[04]/.test(message)) {
    return `Hugging Face has no model '${spec}': check the owner, the repository and the quantisation (hf:OWNER/REPO:Q4_K_M).`;
  }
  if (/40[13]|Unauthorized|Forbidden/.test(message)) {
    return `'${spec}' needs permission: accept its licence on Hugging Face and set HF_TOKEN.`;
  }
  if (/ENOSPC/.test(message)) return `There is not enough space on the disk to download '${spec}'.`;
  return `'${spec}' cannot be downloaded (${firstLine(message)}): check the network, or give the path of a .gguf file that is already here.`;
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").slice(0, 200);
}
