/**
 * @file Reads the head of a GGUF file: metadata and where each tensor lies, never the weights.
 *
 * The file may be hostile: every count, length, type and offset is checked against the file's size
 * before anything is allocated for it, because llama.cpp's own loader aborts or hangs on some of
 * what is refused here.
 *
 * Source: ggml/docs/gguf.md, versions 2 and 3; limits of gguf.cpp in llama.cpp v0.5.0.
 */

import { type GgmlType, type GgmlTypeName, ggmlBytes, ggmlTypeById } from "./ggml-types.ts";
import { GgufError } from "./gguf-error.ts";
import { looksLike } from "./gguf-lookalikes.ts";
import { GgufSource } from "./gguf-source.ts";
import { otherParts } from "./gguf-split.ts";
import {
  fixedArrays,
  type GgufFixedType,
  type GgufMetadata,
  type GgufValue,
  ggufTypeNames,
} from "./gguf-value.ts";
import { PackedStrings } from "./packed-strings.ts";

export type GgufFile = {
  path: string;
  /** Of all parts together. */
  sizeBytes: number;
  version: number;
  alignment: number;
  metadata: GgufMetadata;
  /** Of all parts, part by part, in the order of the file. */
  tensors: GgufTensor[];
  /** The paths of all parts, this one first; one unless the model is split over files. */
  parts: string[];
};

export type GgufTensor = {
  name: string;
  type: GgmlTypeName;
  /** Innermost dimension first, as ggml counts. */
  shape: number[];
  /** Which of the file's parts holds the data. */
  path: string;
  /** From the start of that part. */
  offsetBytes: number;
  sizeBytes: number;
};

/**
 * Reads and checks a model's head, and that of every further part of a split model.
 *
 * @throws {GgufError} the file is not a whole, well-formed GGUF.
 */
export function readGguf(path: string): GgufFile {
  const first = readPart(path);
  for (const part of otherParts(path, first.metadata)) {
    const next = readPart(part);
    first.tensors.push(...next.tensors);
    first.sizeBytes += next.sizeBytes;
    first.parts.push(part);
  }
  return first;
}

/** Real files have some 60 pairs and 2 000 tensors; llama.cpp compares each name with each. */
const maxPairs = 8_192;
const maxTensors = 32_768;
const maxNameBytes = 63;
const maxKeyBytes = 65_535;
const maxDimensions = 4;
/** The largest vocabularies take some 25 MB. */
const maxMetadataBytes = 256 * 2 ** 20;
/** The least that one pair, and one tensor's entry, can take. */
const minPairBytes = 14;
const minTensorBytes = 33;

function readPart(path: string): GgufFile {
  const source = new GgufSource(path);
  try {
    const { version, tensorCount, pairCount } = readHeader(source);
    const metadata = readMetadata(source, pairCount);
    const alignment = readAlignment(source, metadata);
    const tensors = readTensors(source, tensorCount, alignment);
    return {
      path,
      sizeBytes: source.size,
      version,
      alignment,
      metadata,
      tensors,
      parts: [path],
    };
  } finally {
    source.close();
  }
}

function readHeader(source: GgufSource) {
  if (source.size === 0) throw new GgufError(source.path, "file", "it is empty");
  const start = source.peek(512);
  if (start.subarray(0, 4).toString("latin1") !== "GGUF") {
    throw new GgufError(source.path, "file", `it is not a GGUF file, but ${looksLike(start)}`);
  }
  source.uint32("header");
  const version = source.uint32("header");
  if (version !== 2 && version !== 3)
    throw new GgufError(source.path, "header", badVersion(version));
  const tensorCount = readCount(source, "tensors", maxTensors, minTensorBytes);
  const pairCount = readCount(source, "metadata pairs", maxPairs, minPairBytes);
  return { version, tensorCount, pairCount };
}

function badVersion(version: number): string {
  return version !== 0 && (version & 0xffff) === 0
    ? `version ${version} looks big-endian, which is not supported`
    : `version ${version} is not supported (2 and 3 are)`;
}

function readCount(source: GgufSource, what: string, limit: number, minBytes: number): number {
  const count = source.uint64("header");
  if (count > limit) {
    throw new GgufError(source.path, "header", `${count} ${what} are more than ${limit}`);
  }
  source.need(count * minBytes, `header (${count} ${what})`);
  return count;
}

function readMetadata(source: GgufSource, count: number): GgufMetadata {
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < count; i++) {
    const key = readName(source, `metadata key ${i}`, maxKeyBytes);
    const field = `metadata key '${key}'`;
    if (metadata.has(key)) throw new GgufError(source.path, field, "it occurs twice");
    metadata.set(key, readValue(source, field));
  }
  return metadata;
}

function readName(source: GgufSource, field: string, maxBytes: number): string {
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

function readAlignment(source: GgufSource, metadata: GgufMetadata): number {
  const found = metadata.get("general.alignment");
  if (found === undefined) return 32;
  const field = "metadata key 'general.alignment'";
  if (found.type !== "uint32") throw new GgufError(source.path, field, "it is not a uint32");
  const { value } = found;
  if (value === 0 || (value & (value - 1)) !== 0 || value > 2 ** 20) {
    throw new GgufError(source.path, field, `${value} is not a power of two up to 2^20`);
  }
  return value;
}

function readTensors(source: GgufSource, count: number, alignment: number): GgufTensor[] {
  const names = new Set<string>();
  const tensors: GgufTensor[] = [];
  for (let i = 0; i < count; i++) {
    const name = readName(source, `tensor ${i}`, maxNameBytes);
    if (names.has(name)) throw new GgufError(source.path, `tensor '${name}'`, "it occurs twice");
    names.add(name);
    tensors.push(readTensor(source, name));
  }
  placeTensors(source, tensors, alignment);
  return tensors;
}

/** Its offset is still relative to where the data starts. */
function readTensor(source: GgufSource, name: string): GgufTensor {
  const field = `tensor '${name}'`;
  const shape = readShape(source, field);
  const type = readGgmlType(source, field);
  const [rowLength = 1] = shape;
  if (rowLength % type.blockSize !== 0) {
    const cause = `its rows of ${rowLength} values are not whole ${type.name} blocks of ${type.blockSize}`;
    throw new GgufError(source.path, field, cause);
  }
  const count = shape.reduce((product, length) => product * length, 1);
  const sizeBytes = ggmlBytes(type, count);
  if (!Number.isSafeInteger(count) || sizeBytes > source.size) {
    throw source.truncated(sizeBytes, field);
  }
  const offsetBytes = source.uint64(field);
  return {
    name,
    type: type.name,
    shape,
    path: source.path,
    offsetBytes,
    sizeBytes,
  };
}

function readShape(source: GgufSource, field: string): number[] {
  const dimensions = source.uint32(field);
  if (dimensions > maxDimensions) {
    const cause = `${dimensions} dimensions are more than ${maxDimensions}`;
    throw new GgufError(source.path, field, cause);
  }
  const shape = Array.from({ length: dimensions }, () => source.uint64(field));
  const index = shape.findIndex((length) => length === 0 || !Number.isSafeInteger(length));
  if (index === -1) return shape;
  throw new GgufError(source.path, field, `its dimension ${index} is ${shape[index]}`);
}

function readGgmlType(source: GgufSource, field: string): GgmlType {
  const id = source.uint32(field);
  const type = ggmlTypeById(id);
  if (type === undefined) throw new GgufError(source.path, field, `there is no ggml type ${id}`);
  return type;
}

/** Each tensor must follow the one before: that is what llama.cpp demands. */
function placeTensors(source: GgufSource, tensors: GgufTensor[], alignment: number): void {
  const start = padded(source.position, alignment);
  let expected = 0;
  for (const tensor of tensors) {
    const field = `tensor '${tensor.name}'`;
    if (tensor.offsetBytes !== expected) {
      const cause = `its offset is ${tensor.offsetBytes} where ${expected} is due`;
      throw new GgufError(source.path, field, cause);
    }
    const end = start + expected + tensor.sizeBytes;
    if (end > source.size) {
      const cause = `truncated: needs ${end} bytes, has ${source.size}`;
      throw new GgufError(source.path, field, cause);
    }
    tensor.offsetBytes = start + expected;
    expected += padded(tensor.sizeBytes, alignment);
  }
}

function padded(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}
