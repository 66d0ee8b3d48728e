/**
 * @file The name under which a model is served: its file's name without the technical parts, as
 * FastChat takes the last part of the model's path.
 */

import { basename } from "node:path";
import { splitSuffix } from "../llama/gguf-split.ts";

/**
 * `…/Qwen2.5-0.5B-Instruct-Q8_0-00001-of-00003.gguf` → `Qwen2.5-0.5B-Instruct-Q8_0`. A file whose
 * name says nothing (`model.gguf`, a bare digest) takes the name from its metadata, if that has one.
 */
export function modelName(path: string, metadataName?: string): string {
  const file = basename(path.replaceAll("\\", "/"))
    .replace(splitSuffix, "")
    .replace(/\.gguf$/i, "")
    .replace(/^hf_[^_]+_/, ""); // the downloader's prefix: hf_OWNER_
  const sayingNothing = /^(model|ggml-model|[0-9a-f]{32,}|)$/i.test(file);
  const name = sayingNothing ? metadataName?.trim().replace(/[\s/]+/g, "-") : undefined;
  return name || file || "model";
}
