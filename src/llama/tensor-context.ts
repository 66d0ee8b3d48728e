/**
 * @file Builds tensors and the operations between them; nothing is computed until a graph runs.
 *
 * ggml ends the process where shapes do not fit. Here they are checked first, so that a mistake is
 * an error with both shapes in it.
 */
import { type GgmlTypeName, ggmlType } from "./ggml-types.ts";
import type { Pointer } from "./structs.ts";
import { elementsOf, isSameShape, type Shape, shapeText, type Tensor, toShape } from "./tensor.ts";
import type { TensorFunctions } from "./tensor-bindings.ts";

/** How positions turn pairs of values; ggml's `ggml_rope_ext`. */
export type Rope = {
  dimensions: number;
  /** Which values form a pair: neighbours (`normal`), or those half a head apart (`neox`). */
  pairs: "normal" | "neox";
  base: number;
  /** Positions are multiplied by it: 1 / the linear factor. */
  scale: number;
  /** (dimensions / 2,) each frequency is divided by its factor. */
  factors: Tensor | null;
  /** Scales the result: what long-context models do to keep attention sharp. */
  attention: number;
  originalContext: number;
};

const ropeModes = { normal: 0, neox: 2 } as const;

export class TensorContext {
  readonly pointer: Pointer;
  readonly #ggml: TensorFunctions;

  /**
   * @param tensors How many tensors, views included, will be made here at most.
   * @param graphs  How many graphs; each may hold all of the tensors.
   */
  constructor(ggml: TensorFunctions, tensors: number, graphs = 0) {
    const bytes =
      tensors * Number(ggml.ggml_tensor_overhead()) +
      graphs * Number(ggml.ggml_graph_overhead_custom(tensors, false));
    const pointer = ggml.ggml_init({ mem_size: bytes + 1024, mem_buffer: null, no_alloc: true });
    if (pointer === null) throw new Error("ggml gave no context");
    this.pointer = pointer;
    this.#ggml = ggml;
  }

  free(): void {
    this.#ggml.ggml_free(this.pointer);
  }

  /** A tensor that holds its own data, once its context is allocated on a device. */
  create(type: GgmlTypeName, ...lengths: number[]): Tensor {
    const shape = toShape(lengths);
    const pointer = this.#ggml.ggml_new_tensor_4d(this.pointer, ggmlType(type).id, ...shape);
    return { pointer, type, shape, contiguous: true };
  }

  /**
   * The same data as a new beginning: what made it is not computed again. It becomes an output of
   * its own graph, or a backend might fuse it away into the operation after it.
   */
  alias(a: Tensor): Tensor {
    this.#ggml.ggml_set_output(a.pointer);
    const pointer = this.#ggml.ggml_view_tensor(this.pointer, a.pointer);
    return { ...a, pointer, owner: ownerOf(a) };
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.#repeating("ggml_add", a, b);
  }

  sub(a: Tensor, b: Tensor): Tensor {
    return this.#repeating("ggml_sub", a, b);
  }

  mul(a: Tensor, b: Tensor): Tensor {
    return this.#repeating("ggml_mul", a, b);
  }

  div(a: Tensor, b: Tensor): Tensor {
    return this.#repeating("ggml_div", a, b);
  }

  /** factor · a + bias */
  scale(a: Tensor, factor: number, bias = 0): Tensor {
    const { ggml_scale, ggml_scale_bias } = this.#ggml;
    if (bias === 0) return made(a, ggml_scale(this.pointer, a.pointer, factor));
    return made(a, ggml_scale_bias(this.pointer, a.pointer, factor, bias));
  }

  /** Overwrites a with factor · a; the result is a. */
  scaleInPlace(a: Tensor, factor: number): Tensor {
    return made(a, this.#ggml.ggml_scale_inplace(this.pointer, a.pointer, factor));
  }

  sqr(a: Tensor): Tensor {
    return made(a, this.#ggml.ggml_sqr(this.pointer, a.pointer));
  }

  sqrt(a: Tensor): Tensor {
    return made(a, this.#ggml.ggml_sqrt(this.pointer, a.pointer));
  }

  log(a: Tensor): Tensor {
    return made(a, this.#ggml.ggml_log(this.pointer, a.pointer));
  }

  tanh(a: Tensor): Tensor {
    return made(a, this.#ggml.ggml_tanh(this.pointer, a.pointer));
  }

  sigmoid(a: Tensor): Tensor {
    return made(a, this.#ggml.ggml_sigmoid(this.pointer, a.pointer));
  }

  silu(a: Tensor): Tensor {
    return made(a, this.#ggml.ggml_silu(this.pointer, a.pointer));
  }

  /** silu(gate) · up, in one pass. */
  swiglu(gate: Tensor, up: Tensor): Tensor {
    requireSame("swiglu", gate, up);
    return made(gate, this.#ggml.ggml_swiglu_split(this.pointer, gate.pointer, up.pointer));
  }

  siluBack(gradient: Tensor, a: Tensor): Tensor {
    requireSame("siluBack", gradient, a);
    return made(a, this.#ggml.ggml_silu_back(this.pointer, gradient.pointer, a.pointer));
  }

  /** Of all values: (1,). */
  sum(a: Tensor): Tensor {
    return made(a, this.#ggml.ggml_sum(this.pointer, a.pointer), [1, 1, 1, 1]);
  }

  /** [n, …] → [1, …] */
  sumRows(a: Tensor): Tensor {
    const [, ...rest] = a.shape;
    return made(a, this.#ggml.ggml_sum_rows(this.pointer, a.pointer), [1, ...rest]);
  }

  /** Each row divided by √(mean of squares + epsilon). */
  rmsNorm(a: Tensor, epsilon: number): Tensor {
    return made(a, this.#ggml.ggml_rms_norm(this.pointer, a.pointer, epsilon));
  }

  rmsNormBack(gradient: Tensor, a: Tensor, epsilon: number): Tensor {
    requireSame("rmsNormBack", gradient, a);
    const { ggml_rms_norm_back } = this.#ggml;
    return made(a, ggml_rms_norm_back(this.pointer, gradient.pointer, a.pointer, epsilon));
  }

  /** a [k, m, x, y] and b [k, n, X, Y] → aᵀb [m, n, X, Y]; a is repeated to X and Y. */
  mulMat(a: Tensor, b: Tensor): Tensor {
    const [k, m, x, y] = a.shape;
    const [length, n, X, Y] = b.shape;
    if (k !== length || X % x !== 0 || Y % y !== 0) throw misfit("mulMat", a, b);
    const pointer = this.#ggml.ggml_mul_mat(this.pointer, a.pointer, b.pointer);
    return { pointer, type: "F32", shape: [m, n, X, Y], contiguous: true };
  }

  /** a [m, k, …] and b [n, k, …] → abᵀ [m, n, …] */
  outProd(a: Tensor, b: Tensor): Tensor {
    const [m, k, x, y] = a.shape;
    const [n, length, X, Y] = b.shape;
    if (k !== length || X % x !== 0 || Y % y !== 0) throw misfit("outProd", a, b);
    const pointer = this.#ggml.ggml_out_prod(this.pointer, a.pointer, b.pointer);
    return { pointer, type: "F32", shape: [m, n, X, Y], contiguous: true };
  }

  /** Writes a into b, changing its type on the way; the result is b. */
  copy(a: Tensor, b: Tensor): Tensor {
    if (elementsOf(a) !== elementsOf(b)) throw misfit("copy", a, b);
    const pointer = this.#ggml.ggml_cpy(this.pointer, a.pointer, b.pointer);
    return { ...b, pointer, owner: ownerOf(b) };
  }

  cast(a: Tensor, type: GgmlTypeName): Tensor {
    const pointer = this.#ggml.ggml_cast(this.pointer, a.pointer, ggmlType(type).id);
    return { pointer, type, shape: a.shape, contiguous: true };
  }

  contiguous(a: Tensor): Tensor {
    if (a.contiguous) return a;
    return made(a, this.#ggml.ggml_cont(this.pointer, a.pointer));
  }

  /** Rows become columns, copied into place. */
  transposed(a: Tensor): Tensor {
    const [n0, n1, n2, n3] = a.shape;
    const turned = this.#ggml.ggml_transpose(this.pointer, a.pointer);
    return made(a, this.#ggml.ggml_cont(this.pointer, turned), [n1, n0, n2, n3]);
  }

  /** Swaps the dimensions 1 and 2, copied into place. */
  swapped(a: Tensor): Tensor {
    const [n0, n1, n2, n3] = a.shape;
    const turned = this.#ggml.ggml_permute(this.pointer, a.pointer, 0, 2, 1, 3);
    return made(a, this.#ggml.ggml_cont(this.pointer, turned), [n0, n2, n1, n3]);
  }

  reshape(a: Tensor, ...lengths: number[]): Tensor {
    const shape = toShape(lengths);
    if (!a.contiguous || elementsOf(a) !== elementsOf({ shape })) {
      throw new RangeError(`reshape: ${shapeText(a)} cannot become ${shapeText({ shape })}`);
    }
    const pointer = this.#ggml.ggml_reshape_4d(this.pointer, a.pointer, ...shape);
    return { ...made(a, pointer, shape), owner: ownerOf(a) };
  }

  /** The part of an F32 or I32 tensor from `start` on along one dimension, as a view. */
  slice(a: Tensor, dimension: 0 | 1 | 2, start: number, length: number): Tensor {
    const shape = toShape(a.shape.with(dimension, length));
    if (!a.contiguous || start + length > a.shape[dimension]) {
      throw new RangeError(`slice: ${shapeText(a)} has no ${start}…${start + length}`);
    }
    const contiguous =
      length === a.shape[dimension] || a.shape.slice(dimension + 1).every((n) => n === 1);
    const [stride1, stride2, stride3] = stridesOf(contiguous ? shape : a.shape);
    const offset = start * ([4, ...stridesOf(a.shape)][dimension] ?? 0);
    const { ggml_view_4d } = this.#ggml;
    const pointer = ggml_view_4d(
      this.pointer,
      a.pointer,
      ...shape,
      stride1,
      stride2,
      stride3,
      offset,
    );
    return { pointer, type: a.type, shape, contiguous, owner: ownerOf(a) };
  }

  concat(a: Tensor, b: Tensor, dimension: 0 | 1 | 2): Tensor {
    const fits = a.shape.every((length, i) => i === dimension || length === b.shape[i]);
    if (!fits) throw misfit("concat", a, b);
    const shape = toShape(a.shape.with(dimension, a.shape[dimension] + b.shape[dimension]));
    return made(a, this.#ggml.ggml_concat(this.pointer, a.pointer, b.pointer, dimension), shape);
  }

  /** a [n, m], rows (r,) → [n, r] in F32. */
  getRows(a: Tensor, rows: Tensor): Tensor {
    const pointer = this.#ggml.ggml_get_rows(this.pointer, a.pointer, rows.pointer);
    const shape = toShape([a.shape[0], rows.shape[0]]);
    return { pointer, type: "F32", shape, contiguous: true };
  }

  /** The sum of gradients [n, r] by row, in the shape of `a` [n, m]. */
  getRowsBack(gradient: Tensor, rows: Tensor, a: Tensor): Tensor {
    const { ggml_get_rows_back } = this.#ggml;
    const pointer = ggml_get_rows_back(this.pointer, gradient.pointer, rows.pointer, a.pointer);
    return { pointer, type: "F32", shape: a.shape, contiguous: true };
  }

  /** Writes source [n, r] over the rows (r,) of target [n, m]; the result is the target. */
  setRows(target: Tensor, source: Tensor, rows: Tensor): Tensor {
    if (target.shape[0] !== source.shape[0] || source.shape[1] !== rows.shape[0]) {
      throw misfit("setRows", target, source);
    }
    const { ggml_set_rows } = this.#ggml;
    return made(target, ggml_set_rows(this.pointer, target.pointer, source.pointer, rows.pointer));
  }

  /** softmax(scale · a + mask) by row; the mask's rows serve every head. */
  softMax(a: Tensor, mask: Tensor | null = null, scale = 1): Tensor {
    const { ggml_soft_max_ext } = this.#ggml;
    const pointer = ggml_soft_max_ext(this.pointer, a.pointer, mask?.pointer ?? null, scale, 0);
    return made(a, pointer);
  }

  /** @param y What `softMax` gave. */
  softMaxBack(gradient: Tensor, y: Tensor, scale = 1): Tensor {
    requireSame("softMaxBack", gradient, y);
    const { ggml_soft_max_ext_back } = this.#ggml;
    return made(y, ggml_soft_max_ext_back(this.pointer, gradient.pointer, y.pointer, scale, 0));
  }

  /** a [headLength, heads, n] turned by its positions (n,). */
  rope(a: Tensor, positions: Tensor, rope: Rope): Tensor {
    if (a.shape[2] !== positions.shape[0]) throw misfit("rope", a, positions);
    const pointer = this.#ggml.ggml_rope_ext(
      this.pointer,
      a.pointer,
      positions.pointer,
      rope.factors?.pointer ?? null,
      rope.dimensions,
      ropeModes[rope.pairs],
      rope.originalContext,
      rope.base,
      rope.scale,
      0,
      rope.attention,
      32,
      1,
    );
    return made(a, pointer);
  }

  /** One AdamW step on `weight`, in place; `settings` (7,) as `ggml_opt_step_adamw` wants them. */
  adamw(weight: Tensor, gradient: Tensor, m: Tensor, v: Tensor, settings: Tensor): Tensor {
    requireSame("adamw", weight, gradient);
    const { ggml_set_param, ggml_opt_step_adamw } = this.#ggml;
    ggml_set_param(weight.pointer);
    const pointers = [gradient, m, v, settings].map(({ pointer }) => pointer);
    const [g, first, second, seven] = pointers as [Pointer, Pointer, Pointer, Pointer];
    return made(weight, ggml_opt_step_adamw(this.pointer, weight.pointer, g, first, second, seven));
  }

  /** A graph that computes these tensors, in this order. */
  graph(outputs: readonly Tensor[], size: number): Pointer {
    const { ggml_new_graph_custom, ggml_build_forward_expand, ggml_set_output } = this.#ggml;
    const graph = ggml_new_graph_custom(this.pointer, size, false);
    for (const { pointer } of outputs) {
      ggml_set_output(pointer);
      ggml_build_forward_expand(graph, pointer);
    }
    return graph;
  }

  /** b is repeated along the dimensions in which it has length 1. */
  #repeating(
    name: "ggml_add" | "ggml_sub" | "ggml_mul" | "ggml_div",
    a: Tensor,
    b: Tensor,
  ): Tensor {
    if (!a.shape.every((length, i) => length % (b.shape[i] ?? 1) === 0)) throw misfit(name, a, b);
    return made(a, this.#ggml[name](this.pointer, a.pointer, b.pointer));
  }
}

/** The tensor whose data this is. */
export function ownerOf({ pointer, owner }: Tensor): Pointer {
  return owner ?? pointer;
}

/** A result of the shape of `a`, in F32 and in one piece. */
function made(a: Tensor, pointer: Pointer, shape: Shape = a.shape): Tensor {
  return { pointer, type: a.type === "I32" ? "I32" : "F32", shape, contiguous: true };
}

/** Bytes from one row, matrix and block to the next, where values take four. */
function stridesOf([n0, n1, n2]: Shape): readonly [number, number, number] {
  return [4 * n0, 4 * n0 * n1, 4 * n0 * n1 * n2];
}

function requireSame(operation: string, a: Tensor, b: Tensor): void {
  if (!isSameShape(a, b)) throw misfit(operation, a, b);
}

function misfit(operation: string, a: Tensor, b: Tensor): RangeError {
  return new RangeError(`${operation}: ${shapeText(a)} and ${shapeText(b)} do not fit`);
}
