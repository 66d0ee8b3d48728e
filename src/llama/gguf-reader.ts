/**
 * @file Reads the head of a GGUF file: metadata and where each tensor lies, never the weights.
 *
 * The file may be hostile: every count, length, type and offset is checked against the file's size
 * before anything is allocated for it, because llama.cpp's own loader aborts or hangs on some of
 * what is refused here.
 *
 * Source: ggml/docs/gguf.md, versions 2 and 3; limits of gguf.cpp in llama.cpp v0.5.0.
 */

import { GgufError } from "./gguf-error.ts";
import { looksLike } from "./gguf-lookalikes.ts";
import { readMetadata } from "./gguf-metadata-reader.ts";
import { GgufSource } from "./gguf-source.ts";
import { otherParts } from "./gguf-split.ts";
import { type GgufTensor, readTensors } from "./gguf-tensor-reader.ts";
import type { GgufMetadata } from "./gguf-value.ts";

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
