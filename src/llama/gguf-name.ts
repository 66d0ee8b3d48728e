/** @file The name of a metadata pair or a tensor, as a GGUF file has it. */
import { GgufError } from "./gguf-error.ts";
import type { GgufSource } from "./gguf-source.ts";

/** @throws {GgufError} it is empty, too long, or could not be printed. */
export function readName(source: GgufSource, field: string, maxBytes: number): string {
  const length = source.uint64(field);
  if (length === 0) throw new GgufError(source.path, field, "its name is empty");
  if (length > maxBytes) {
    throw new GgufError(source.path, field, `its name has ${length} bytes (at most ${maxBytes})`);
  }
  const name = source.read(length, field).toString("utf8");
  if (unprintable.test(name)) {
    throw new GgufError(source.path, field, "its name contains unprintable characters");
  }
  return name;
}

/** Control characters, and what stands for bytes that are not UTF-8. */
const unprintable = /[\p{Cc}\uFFFD]/u;
