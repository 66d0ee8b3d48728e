/**
 * @file What the user calls a model → a file on this machine: a path as it is, or a Hugging Face
 * name, downloaded once.
 */

import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import { defaultDataDir } from "./data-dir.ts";
import { type DownloadOptions, download } from "./download.ts";
import { embeddedModel } from "./embedded.ts";

export type ResolveOptions = Partial<DownloadOptions> & {
  /** Downloads are kept in its `models/`. Default `defaultDataDir()`. */
  dataDir?: string;
};

/**
 * The path of the model's (first) file.
 *
 * @param spec `FILE`, an embedded model's name, `hf:OWNER/REPO[:QUANT]`, `hf:OWNER/REPO/FILE.gguf` or an `https:` address.
 * @throws {UsageError} no such file, no such model, no network, or a download that went wrong.
 */
export async function resolveModel(spec: string, options: ResolveOptions = {}): Promise<string> {
  const { dataDir = defaultDataDir(), ...rest } = options;
  if (!/^(hf|huggingface|https?):/.test(spec)) return existingFile(spec);
  return download(spec, { ...rest, folder: join(dataDir, "models") });
}

function existingFile(path: string): string {
  const stat: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  const embedded = stat === undefined ? embeddedModel(path) : undefined;
  if (embedded !== undefined) return embedded;
  if (stat === undefined) throw new UsageError(`There is no model file ${path}.${hint(path)}`);
  if (!stat.isDirectory()) return path;
  const models = readdirSync(path).filter((name) => name.endsWith(".gguf"));
  const found = models.length > 0 ? `one of: ${models.slice(0, 5).join(", ")}` : "a .gguf file";
  throw new UsageError(`${path} is a directory; give the path of ${found}.`);
}

/** `owner/repo` is what people copy from Hugging Face. */
function hint(path: string): string {
  return /^[\w.-]+\/[\w.-]+(:[\w.-]+)?$/.test(path)
    ? ` To download it from Hugging Face, say hf:${path}.`
    : "";
}
