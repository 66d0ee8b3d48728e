/**
 * @file y = Wx, the operation that almost all time goes into.
 *
 * ∂L/∂x = Wᵀ ∂L/∂y and ∂L/∂W = ∂L/∂y xᵀ, summed over all positions. For the first, a frozen weight
 * may bring its transpose along: quantised weights cannot be read by column, and turning them
 * anew in every step takes several times as long as the product itself.
 */
import type { Tensor } from "../../llama/tensor.ts";
import type { TensorContext } from "../../llama/tensor-context.ts";
import type { Tape } from "./tape.ts";

/** A weight [inputs, outputs], and its transpose [outputs, inputs] where one is kept. */
export type Matrix = { tensor: Tensor; transposed: Tensor | null };

/** W [inputs, outputs], x [inputs, n] → [outputs, n] */
export function linear(tape: Tape, weight: Matrix, x: Tensor): Tensor {
  const { tensor } = weight;
  const output = tape.forward.mulMat(factor(tape, tape.forward, tensor), x);
  return tape.record(output, [tensor, x], (d) => [
    tape.isTracked(tensor) ? outerProduct(tape, tape.recall(x), d) : null,
    tape.isTracked(x) ? tape.backward.mulMat(transposeOf(tape, weight), d) : null,
  ]);
}

function transposeOf(tape: Tape, { tensor, transposed }: Matrix): Tensor {
  const { backward } = tape;
  if (transposed !== null) return factor(tape, backward, transposed);
  const floats = tensor.type === "F32" ? tensor : backward.cast(tensor, "F32");
  return factor(tape, backward, backward.transposed(floats));
}

/** x [m, n], d [k, n] → Σₙ xₙ dₙᵀ [m, k] */
function outerProduct(tape: Tape, x: Tensor, d: Tensor): Tensor {
  const { backward, outerProducts, halfPrecision } = tape;
  if (outerProducts && !halfPrecision) return backward.outProd(x, d);
  return backward.mulMat(factor(tape, backward, backward.transposed(x)), backward.transposed(d));
}

/** A matrix as it is multiplied with; narrow ones, as adapters are, gain nothing in BF16. */
function factor({ halfPrecision }: Tape, to: TensorContext, matrix: Tensor): Tensor {
  const [inputs, outputs] = matrix.shape;
  const isWide = inputs >= 64 && outputs >= 64;
  return halfPrecision && isWide && matrix.type === "F32" ? to.cast(matrix, "BF16") : matrix;
}
