/** @file What a file that is not GGUF seems to be, so that its owner sees what went wrong. */

/** @param start The file's first few hundred bytes. */
export function looksLike(start: Buffer): string {
  const text = start.toString("latin1");
  const known = signatures.find(([pattern]) => pattern.test(text));
  return known?.[1] ?? "something unknown";
}

const signatures: readonly (readonly [RegExp, string])[] = [
  [/^version https:\/\/git-lfs/, "a Git LFS pointer: fetch the real file with 'git lfs pull'"],
  [/^\s*(<!doctype html|<html|<head|<\?xml)/i, "a web page: the download went wrong"],
  [/^.{7}\0\{"/s, "a safetensors file: convert it to GGUF first"],
  [/^PK\x03\x04/, "a zip archive or a PyTorch checkpoint: convert it to GGUF first"],
  [/^\x80[\x02-\x05]/, "a Python pickle: convert it to GGUF first"],
  [/^\x1f\x8b/, "a gzip archive: unpack it first"],
  [/^\x28\xb5\x2f\xfd/, "a zstd archive: unpack it first"],
  [/^FUGG/, "a big-endian GGUF file"],
  [/^(lmgg|tjgg|fmgg|algg)/, "a GGML file from before GGUF: convert it first"],
  [/^\{/, "a JSON file"],
  [/^\0+$/, "a row of zero bytes: the download did not finish"],
];
