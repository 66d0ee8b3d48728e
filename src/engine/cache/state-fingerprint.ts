/**
 * @file What makes a saved state good for this engine: the very same weights, evaluated in the very
 * same way by the same release of llama.cpp.
 */
import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { type GgufFile, readGguf } from "../../llama/gguf-reader.ts";
import { llamaRelease } from "../../llama/libraries.ts";

/** What is read of each tensor: a model trained on has other weights everywhere. */
const sampleBytes = 4096;

/**
 * @param model    The model's path.
 * @param settings All that the state depends on; JSON.
 * @returns 64 hexadecimal digits.
 * @throws {GgufError} the file is no sound GGUF.
 */
export function stateFingerprint(model: string, settings: object): string {
  const entries = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  const words = [llamaRelease, weightsDigest(model), JSON.stringify(entries)];
  return createHash("sha256").update(words.join(" ")).digest("hex");
}

/**
 * Names the weights of a model or an adapter.
 *
 * @throws {GgufError} the file is no sound GGUF.
 */
export function weightsDigest(path: string): string {
  const hash = createHash("sha256");
  addFile(hash, readGguf(path));
  return hash.digest("hex");
}

/** Reading all of it would take as long as loading it: size, time, head, and some of every tensor. */
function addFile(hash: Hash, { parts, tensors }: GgufFile): void {
  for (const path of parts) {
    const stat = statSync(path);
    hash.update(`${stat.size} ${Math.floor(stat.mtimeMs)}`);
    const own = tensors.filter((tensor) => tensor.path === path);
    const headBytes = Math.min(stat.size, ...own.map(({ offsetBytes }) => offsetBytes));
    const fd = openSync(path, "r");
    try {
      addBytes(hash, fd, 0, headBytes);
      for (const { offsetBytes, sizeBytes } of own)
        addBytes(hash, fd, offsetBytes, Math.min(sampleBytes, sizeBytes));
    } finally {
      closeSync(fd);
    }
  }
}

function addBytes(hash: Hash, fd: number, at: number, length: number): void {
  const bytes = Buffer.alloc(length);
  hash.update(bytes.subarray(0, readSync(fd, bytes, 0, length, at)));
}
