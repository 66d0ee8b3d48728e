/**
 * @file Rotary position embedding. Each pair of values is turned by an angle that grows with the
 * position; turning is orthogonal, so its gradient is turned back: by the negative position.
 *
 * Source: J. Su et al., "RoFormer", 2021, https://arxiv.org/abs/2104.09864.
 */
import type { Tensor } from "../../llama/tensor.ts";
import type { Rope } from "../../llama/tensor-context.ts";
import type { Tape } from "./tape.ts";

/** Positions (n,) in I32, and the same negative. */
export type Positions = { forth: Tensor; back: Tensor };

/** x [headLength, heads, n] */
export function rotated(tape: Tape, x: Tensor, positions: Positions, rope: Rope): Tensor {
  const output = tape.forward.rope(x, positions.forth, rope);
  return tape.record(output, [x], (d) => [tape.backward.rope(d, positions.back, rope)]);
}
