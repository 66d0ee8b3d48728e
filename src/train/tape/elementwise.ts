/** @file Sums, factors and shapes: the operations whose rules are a line each. */
import { elementsOf, type Tensor } from "../../llama/tensor.ts";
import type { TensorContext } from "../../llama/tensor-context.ts";
import type { Tape } from "./tape.ts";

/** a + b, of one shape. */
export function add(tape: Tape, a: Tensor, b: Tensor): Tensor {
  return tape.record(tape.forward.add(a, b), [a, b], (d) => [d, d]);
}

export function scale(tape: Tape, a: Tensor, factor: number): Tensor {
  const output = tape.forward.scale(a, factor);
  return tape.record(output, [a], (d) => [tape.backward.scale(d, factor)]);
}

/** Constants of a value's shape, made wherever they are needed: cheaper than to keep them. */
export type Factors = (to: TensorContext) => Tensor;

/** a · factors, value by value: dropout. */
export function masked(tape: Tape, a: Tensor, factors: Factors): Tensor {
  const output = tape.forward.mul(a, factors(tape.forward));
  return tape.record(output, [a], (d) => [tape.backward.mul(d, factors(tape.backward))]);
}

/** a [n, …] + bias (n,), on every row. */
export function addBias(tape: Tape, a: Tensor, bias: Tensor): Tensor {
  const output = tape.forward.add(a, bias);
  return tape.record(output, [a, bias], (d) => [
    d,
    tape.isTracked(bias) ? sumOfRows(tape, d) : null,
  ]);
}

/** a [n, …] · gain (n,), on every row. */
export function gained(tape: Tape, a: Tensor, gain: Tensor): Tensor {
  const { backward } = tape;
  const output = tape.forward.mul(a, gain);
  return tape.record(output, [a, gain], (d) => [
    tape.isTracked(a) ? backward.mul(d, gain) : null,
    tape.isTracked(gain) ? sumOfRows(tape, backward.mul(d, tape.recall(a))) : null,
  ]);
}

/** [n, …] → (n,): the sum over all rows. */
function sumOfRows({ backward }: Tape, a: Tensor): Tensor {
  const [n] = a.shape;
  const matrix = backward.reshape(a, n, elementsOf(a) / n);
  return backward.reshape(backward.sumRows(backward.transposed(matrix)), n);
}

export function reshape(tape: Tape, a: Tensor, ...lengths: number[]): Tensor {
  const output = tape.forward.reshape(a, ...lengths);
  return tape.record(output, [a], (d) => [tape.backward.reshape(d, ...a.shape)]);
}

/** [headLength, heads, n] ⇄ [headLength, n, heads] */
export function swapped(tape: Tape, a: Tensor): Tensor {
  return tape.record(tape.forward.swapped(a), [a], (d) => [tape.backward.swapped(d)]);
}

/** cap · tanh(a / cap): large values bend towards ±cap. d/da = 1 − (output / cap)². */
export function softCap(tape: Tape, a: Tensor, cap: number): Tensor {
  const { forward } = tape;
  const output = forward.scale(forward.tanh(forward.scale(a, 1 / cap)), cap);
  return tape.record(output, [a], (d) => [softCapBack(tape, d, tape.recall(output), cap)]);
}

/** @param output What `softCap` gave. */
function softCapBack({ backward }: Tape, gradient: Tensor, output: Tensor, cap: number): Tensor {
  return backward.mul(gradient, backward.scale(backward.sqr(output), -1 / cap ** 2, 1));
}
