/** @file What we know of a tensor of ggml without asking it: where it is, its type and its shape. */
import type { GgmlTypeName } from "./ggml-types.ts";
import type { Pointer } from "./structs.ts";

/** Innermost dimension first, as ggml counts; always four. */
export type Shape = readonly [n0: number, n1: number, n2: number, n3: number];

export type Tensor = {
  readonly pointer: Pointer;
  readonly type: GgmlTypeName;
  readonly shape: Shape;
  /** False for a permuted or partial view, which few operations take. */
  readonly contiguous: boolean;
  /** Of a view: the tensor whose data it shows. */
  readonly owner?: Pointer;
};

export function toShape([n0 = 1, n1 = 1, n2 = 1, n3 = 1]: readonly number[]): Shape {
  return [n0, n1, n2, n3];
}

export function elementsOf({ shape: [n0, n1, n2, n3] }: Pick<Tensor, "shape">): number {
  return n0 * n1 * n2 * n3;
}

export function isSameShape(a: Tensor, b: Tensor): boolean {
  return a.shape.every((length, i) => length === b.shape[i]);
}

/** `[256, 64]`: for sentences about tensors that do not fit. */
export function shapeText({ shape }: Pick<Tensor, "shape">): string {
  const last = shape.findLastIndex((length) => length !== 1);
  return `[${shape.slice(0, Math.max(1, last + 1)).join(", ")}]`;
}
