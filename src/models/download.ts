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
import { downloadFailure } from "./download-failure.ts";

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
  assertComplete(spec);
  makeFolder(options.folder);
  try {
    const present = await fetchModel(spec, options, false).catch(() => undefined);
    if (present !== undefined) return present;
    const path = await fetchModel(spec, options, "auto");
    await verify(spec, path, options);
    return path;
  } catch (error) {
    if (error instanceof UsageError || options.signal?.aborted) throw error;
    throw new UsageError(await downloadFailure(spec, error, options.endpoint), { cause: error });
  }
}

/** Of an owner alone the downloader speaks in its own words, and as if the network were at fault. */
function assertComplete(spec: string): void {
  if (/^https?:/.test(spec) || /^\w+:(\/\/)?[^/:]+\/[^/:]+/.test(spec)) return;
  throw new UsageError(
    `'${spec}' names no repository of Hugging Face: write hf:owner/repo[:quant].`,
  );
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
