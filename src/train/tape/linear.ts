/**
 * @file y = Wx, the operation that almost all time goes into.
 *
 * ∂L/∂x = Wᵀ ∂L/∂y and ∂L/∂W = ∂L/∂y xᵀ, summed over all positions. For the first, a frozen weight
 * may bring its transpose along: quantised weights cannot be read by column, and turning them
 * anew in every step takes several times as long as the product itself.
 */
import type { Tensor } from "../../llama/tensor.ts";
import type { Tape } from "./tape.ts";

/** A weight [inputs, outputs], and its transpose [outputs, inputs] where one is kept. */
export type Matrix = { tensor: Tensor; transposed: Tensor | null };

/** W [inputs, outputs], x [inputs, n] → [outputs, n] */
export function linear(tape: Tape, weight: Matrix, x: Tensor): Tensor {
  const { tensor } = weight;
  const output = tape.forward.mulMat(tensor, x);
  return tape.record(output, [tensor, x], (d) => [
    tape.isTracked(tensor) ? outerProduct(tape, tape.recall(x), d) : null,
    tape.isTracked(x) ? tape.backward.mulMat(transposeOf(tape, weight), d) : null,
  ]);
}

function transposeOf({ backward }: Tape, { tensor, transposed }: Matrix): Tensor {
  if (transposed !== null) return transposed;
  return backward.transposed(tensor.type === "F32" ? tensor : backward.cast(tensor, "F32"));
}

/** x [m, n], d [k, n] → Σₙ xₙ dₙᵀ [m, k] */
function outerProduct({ backward, outerProducts }: Tape, x: Tensor, d: Tensor): Tensor {
  if (outerProducts) return backward.outProd(x, d);
  return backward.mulMat(backward.transposed(x), backward.transposed(d));
}
