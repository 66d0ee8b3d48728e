/** @file What a file that is not GGUF seems to be, so that its owner sees what went wrong. */

/** @param start The file's first few hundred bytes. */
export function looksLike(start: Buffer): string {
  const text = start.toString("latin1");
  if (/^\s*<(!doctype|html|head|\?xml)/i.test(text)) return "a web page: the download went wrong";
  if (text.slice(7, 10) === '\0{"') return "a safetensors file: convert it to GGUF first";
  if (start.every((byte) => byte === 0)) return "zero bytes: the download did not finish";
  const known = beginnings.find(([beginning]) => text.startsWith(beginning));
  return known?.[1] ?? "something unknown";
}

const beginnings: readonly (readonly [string, string])[] = [
  ["version https://git-lfs", "a Git LFS pointer: fetch the real file with 'git lfs pull'"],
  ["PK\x03\x04", "a zip archive or a PyTorch checkpoint: convert it to GGUF first"],
  ["\x80\x02", "a Python pickle: convert it to GGUF first"],
  ["\x80\x04", "a Python pickle: convert it to GGUF first"],
  ["\x1f\x8b", "a gzip archive: unpack it first"],
  ["\x28\xb5\x2f\xfd", "a zstd archive: unpack it first"],
  ["FUGG", "a big-endian GGUF file"],
  ["lmgg", "a GGML file from before GGUF: convert it first"],
  ["tjgg", "a GGML file from before GGUF: convert it first"],
  ["{", "a JSON file"],
];
