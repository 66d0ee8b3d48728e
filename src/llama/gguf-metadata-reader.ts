/** @file Reads the metadata of a GGUF file: its pairs of a key and a value, in their order. */
import { GgufError } from "./gguf-error.ts";
import { readName } from "./gguf-name.ts";
import type { GgufSource } from "./gguf-source.ts";
import {
  fixedArrays,
  type GgufFixedType,
  type GgufMetadata,
  type GgufValue,
  ggufTypeNames,
} from "./gguf-value.ts";
import { PackedStrings } from "./packed-strings.ts";

const maxKeyBytes = 65_535;
/** The largest vocabularies take some 25 MB. */
const maxMetadataBytes = 256 * 2 ** 20;

/** @throws {GgufError} a key occurs twice, or a value is not well formed or has no room in the file. */
export function readMetadata(source: GgufSource, count: number): GgufMetadata {
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < count; i++) {
    const key = readName(source, `metadata key ${i}`, maxKeyBytes);
    const field = `metadata key '${key}'`;
    if (metadata.has(key)) throw new GgufError(source.path, field, "it occurs twice");
    metadata.set(key, readValue(source, field));
  }
  return metadata;
}

function readType(source: GgufSource, field: string) {
  const id = source.uint32(field);
  const type = ggufTypeNames[id];
  if (type === undefined) throw new GgufError(source.path, field, `there is no value type ${id}`);
  return type;
}

function readValue(source: GgufSource, field: string): GgufValue {
  const type = readType(source, field);
  if (type === "array") return readArray(source, field);
  if (type === "string") return { type, value: readText(source, field).toString("utf8") };
  const [value] = readFixed(source, type, 1, field);
  if (type === "bool") return { type, value: value !== 0 };
  if (type === "uint64" || type === "int64") return { type, value: BigInt(value ?? 0) };
  return { type, value: Number(value) };
}

function readText(source: GgufSource, field: string): Buffer {
  const length = source.uint64(field);
  limitMetadata(source, length, field);
  return source.read(length, field);
}

function readArray(source: GgufSource, field: string): GgufValue {
  const of = readType(source, field);
  const length = source.uint64(field);
  if (of === "array") throw new GgufError(source.path, field, "arrays of arrays are not supported");
  if (of === "string") {
    return { type: "array", of, value: readTexts(source, length, field) };
  }
  return { type: "array", of, value: readFixed(source, of, length, field) };
}

function readFixed(source: GgufSource, type: GgufFixedType, length: number, field: string) {
  const Numbers = fixedArrays[type];
  const bytes = length * Numbers.BYTES_PER_ELEMENT;
  limitMetadata(source, bytes, field);
  const copy = new Uint8Array(source.read(bytes, field)); // at offset 0: typed arrays must be aligned
  return new Numbers(copy.buffer);
}

function readTexts(source: GgufSource, length: number, field: string): PackedStrings {
  limitMetadata(source, length * 8, field); // each has at least its length
  const starts = new Uint32Array(length + 1);
  let bytes: Buffer = Buffer.allocUnsafe(Math.min(source.remaining, length * 8 + 64));
  let end = 0;
  for (let i = 0; i < length; i++) {
    const text = readText(source, field);
    if (end + text.length > bytes.length) bytes = grown(bytes, end + text.length);
    text.copy(bytes, end);
    end += text.length;
    starts[i + 1] = end;
  }
  return new PackedStrings(Uint8Array.prototype.slice.call(bytes, 0, end), starts);
}

function grown(bytes: Buffer, atLeast: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, atLeast));
  bytes.copy(larger);
  return larger;
}

function limitMetadata(source: GgufSource, length: number, field: string): void {
  source.need(length, field);
  if (source.position + length > maxMetadataBytes) {
    const cause = `the metadata is larger than ${maxMetadataBytes} bytes`;
    throw new GgufError(source.path, field, cause);
  }
}
