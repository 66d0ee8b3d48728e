/** @file Reads the table of tensors of a GGUF file: what each is, and where its weights lie. */
import { type GgmlType, type GgmlTypeName, ggmlBytes, ggmlTypeById } from "./ggml-types.ts";
import { GgufError } from "./gguf-error.ts";
import { readName } from "./gguf-name.ts";
import type { GgufSource } from "./gguf-source.ts";

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

const maxNameBytes = 63;
const maxDimensions = 4;

/** @throws {GgufError} a tensor is named twice, is not well formed, or does not lie where it must. */
export function readTensors(source: GgufSource, count: number, alignment: number): GgufTensor[] {
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
