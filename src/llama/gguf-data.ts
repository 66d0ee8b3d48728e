/** @file The bytes of a tensor in a model file, in pieces of whole rows. */
import { closeSync, openSync, readSync } from "node:fs";
import { ggmlBytes, ggmlType } from "./ggml-types.ts";
import { GgufError } from "./gguf-error.ts";
import type { GgufTensor } from "./gguf-tensor-reader.ts";

/** Rows `first` … `first + count` of a tensor's matrix; all that is not its first dimension is rows. */
export type TensorRows = { tensor: GgufTensor; first: number; count: number };

export function allRows(tensor: GgufTensor): TensorRows {
  return { tensor, first: 0, count: rowCount(tensor) };
}

export function rowCount({ shape }: Pick<GgufTensor, "shape">): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}

function rowBytes({ type, shape: [length = 1] }: Pick<GgufTensor, "type" | "shape">): number {
  return ggmlBytes(ggmlType(type), length);
}

/** @param rowsAtOnce How many rows a piece holds; the last may hold fewer. */
export function* readRows(
  { tensor, first, count }: TensorRows,
  rowsAtOnce: number,
): Iterable<{ firstRow: number; rows: number; bytes: Uint8Array }> {
  const width = rowBytes(tensor);
  const fd = openSync(tensor.path, "r");
  try {
    for (let row = 0; row < count; row += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, count - row);
      const bytes = new Uint8Array(rows * width);
      readFully(fd, bytes, tensor, tensor.offsetBytes + (first + row) * width);
      yield { firstRow: row, rows, bytes };
    }
  } finally {
    closeSync(fd);
  }
}

function readFully(fd: number, bytes: Uint8Array, { path, name }: GgufTensor, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(fd, bytes, done, bytes.length - done, at + done);
    if (read === 0) throw new GgufError(path, `tensor '${name}'`, "the file ends before its data");
    done += read;
  }
}
