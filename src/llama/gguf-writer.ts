/**
 * @file Writes GGUF version 3, tensor by tensor, so that a file may be larger than memory.
 *
 * Source: ggml/docs/gguf.md.
 */

import { closeSync, openSync } from "node:fs";
import { type GgmlTypeName, ggmlBytes, ggmlType } from "./ggml-types.ts";
import { type GgufMetadata, type GgufValue, ggufTypeNames, numberOf } from "./gguf-value.ts";
import { writeAll, writeWhole } from "./whole-file.ts";

export type TensorToWrite = {
  name: string;
  type: GgmlTypeName;
  /** Innermost dimension first, as ggml counts. */
  shape: number[];
  /** The bytes, or a function that yields them piece by piece when their turn comes. */
  data: Uint8Array | (() => Iterable<Uint8Array>);
};

/**
 * Writes a model file whole or not at all.
 *
 * @throws {UsageError} the disk is full, or the folder not writable.
 * @throws {RangeError} a tensor's data is not as long as its shape and type say.
 */
export function writeGguf(
  path: string,
  { metadata, tensors }: { metadata: GgufMetadata; tensors: readonly TensorToWrite[] },
): void {
  writeWhole(path, (unfinished) => writeInPlace(unfinished, metadata, tensors));
}

function writeInPlace(path: string, metadata: GgufMetadata, tensors: readonly TensorToWrite[]) {
  const alignment = numberOf(metadata, "general.alignment") ?? 32;
  const fd = openSync(path, "w");
  try {
    writeAll(fd, headBytes(metadata, tensors, alignment));
    for (const tensor of tensors) writeTensor(fd, tensor, alignment);
  } finally {
    closeSync(fd);
  }
}

function headBytes(metadata: GgufMetadata, tensors: readonly TensorToWrite[], alignment: number) {
  const head: Buffer[] = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(metadata.size)];
  for (const [key, value] of metadata) head.push(string(key), valueBytes(value));
  let offset = 0;
  for (const { name, type, shape, ...tensor } of tensors) {
    head.push(string(name), u32(shape.length), ...shape.map(u64), u32(ggmlType(type).id));
    head.push(u64(offset));
    offset += padded(tensorBytes({ name, type, shape, ...tensor }), alignment);
  }
  const bytes = Buffer.concat(head);
  return Buffer.concat([bytes], padded(bytes.length, alignment));
}

function valueBytes(value: GgufValue): Buffer {
  const type = u32(ggufTypeNames.indexOf(value.type));
  if (value.type !== "array") return Buffer.concat([type, scalarBytes(value)]);
  const head = [type, u32(ggufTypeNames.indexOf(value.of)), u64(value.value.length)];
  if (value.of === "string") return Buffer.concat([...head, ...Array.from(value.value, string)]);
  const { buffer, byteOffset, byteLength } = value.value;
  return Buffer.concat([...head, Buffer.from(buffer, byteOffset, byteLength)]);
}

function scalarBytes(scalar: Exclude<GgufValue, { type: "array" }>): Buffer {
  const bytes = Buffer.alloc(8);
  switch (scalar.type) {
    case "string":
      return string(scalar.value);
    case "bool":
      return bytes.fill(scalar.value ? 1 : 0, 0, 1).subarray(0, 1);
    case "uint8":
      return bytes.subarray(0, bytes.writeUInt8(scalar.value));
    case "int8":
      return bytes.subarray(0, bytes.writeInt8(scalar.value));
    case "uint16":
      return bytes.subarray(0, bytes.writeUInt16LE(scalar.value));
    case "int16":
      return bytes.subarray(0, bytes.writeInt16LE(scalar.value));
    case "uint32":
      return bytes.subarray(0, bytes.writeUInt32LE(scalar.value));
    case "int32":
      return bytes.subarray(0, bytes.writeInt32LE(scalar.value));
    case "float32":
      return bytes.subarray(0, bytes.writeFloatLE(scalar.value));
    case "float64":
      return bytes.subarray(0, bytes.writeDoubleLE(scalar.value));
    case "uint64":
      return bytes.subarray(0, bytes.writeBigUInt64LE(scalar.value));
    case "int64":
      return bytes.subarray(0, bytes.writeBigInt64LE(scalar.value));
  }
}

function writeTensor(fd: number, tensor: TensorToWrite, alignment: number): void {
  const due = tensorBytes(tensor);
  let written = 0;
  for (const piece of tensor.data instanceof Uint8Array ? [tensor.data] : tensor.data()) {
    writeAll(fd, piece);
    written += piece.length;
  }
  if (written !== due) {
    throw new RangeError(`The tensor '${tensor.name}' has ${written} bytes of data, not ${due}.`);
  }
  writeAll(fd, Buffer.alloc(padded(due, alignment) - due));
}

function tensorBytes({ type, shape }: TensorToWrite): number {
  const count = shape.reduce((product, length) => product * length, 1);
  return ggmlBytes(ggmlType(type), count);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function padded(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}
