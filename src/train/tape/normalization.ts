/**
 * @file Root-mean-square normalisation: y = x / r with r = √(mean(x²) + ε), row by row.
 *
 * ∂L/∂x = (d − y · mean(d · y)) / r, where d = ∂L/∂y.
 *
 * Source: B. Zhang, R. Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019.
 */
import type { Tensor } from "../../llama/tensor.ts";
import { gained } from "./elementwise.ts";
import type { Tape } from "./tape.ts";

/** x [n, …] normalised by row, times gain (n,). */
export function rmsNorm(tape: Tape, x: Tensor, gain: Tensor, epsilon: number): Tensor {
  const y = tape.forward.rmsNorm(x, epsilon);
  const normalised = tape.record(y, [x], (d) => [
    tape.gradientOperations
      ? tape.backward.rmsNormBack(d, tape.recall(x), epsilon)
      : rmsNormBack(tape, d, tape.recall(x), tape.recall(y), epsilon),
  ]);
  return gained(tape, normalised, gain);
}

function rmsNormBack({ backward: to }: Tape, d: Tensor, x: Tensor, y: Tensor, epsilon: number) {
  const [n] = x.shape;
  const r = to.sqrt(to.scale(to.sumRows(to.sqr(x)), 1 / n, epsilon));
  const mean = to.scale(to.sumRows(to.mul(d, y)), 1 / n);
  return to.div(to.sub(d, to.mul(y, mean)), r);
}
