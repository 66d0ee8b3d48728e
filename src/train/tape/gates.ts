/**
 * @file Gated units of the feed-forward part: activation(gate) · up.
 *
 * silu(g) = g·σ(g) with derivative σ + silu·(1 − σ). gelu(g) ≈ g·σ(z), z = 2√(2/π)·(g + 0.044715g³),
 * with derivative σ + g·σ·(1 − σ)·z′: spelt out, because ggml's own `gelu` reads a table in half
 * precision, which no derivative fits.
 *
 * Source: N. Shazeer, "GLU Variants Improve Transformer", 2020, https://arxiv.org/abs/2002.05202;
 * D. Hendrycks, K. Gimpel, "Gaussian Error Linear Units", 2016, https://arxiv.org/abs/1606.08415.
 */
import type { Tensor } from "../../llama/tensor.ts";
import type { Tape } from "./tape.ts";

export function swiglu(tape: Tape, gate: Tensor, up: Tensor): Tensor {
  const to = tape.backward;
  return tape.record(tape.forward.swiglu(gate, up), [gate, up], (d) => {
    const [g, u] = [tape.recall(gate), tape.recall(up)];
    return [siluBack(tape, to.mul(d, u), g), to.mul(d, to.silu(g))];
  });
}

function siluBack({ backward: to, gradientOperations }: Tape, d: Tensor, gate: Tensor): Tensor {
  if (gradientOperations) return to.siluBack(d, gate);
  const sigma = to.sigmoid(gate);
  const silu = to.mul(gate, sigma);
  return to.mul(d, to.add(sigma, to.sub(silu, to.mul(silu, sigma))));
}

const slope = 2 * Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

export function geglu(tape: Tape, gate: Tensor, up: Tensor): Tensor {
  const { forward, backward: to } = tape;
  const squared = forward.sqr(gate);
  const z = forward.mul(gate, forward.scale(squared, slope * cubic, slope));
  const sigma = forward.sigmoid(z);
  const gelu = forward.mul(gate, sigma);
  return tape.record(forward.mul(gelu, up), [gate, up], (d) => {
    const [s, y, u] = [tape.recall(sigma), tape.recall(gelu), tape.recall(up)];
    const zSlope = to.scale(tape.recall(squared), 3 * slope * cubic, slope);
    const derivative = to.add(s, to.mul(to.sub(y, to.mul(y, s)), zSlope));
    return [to.mul(to.mul(d, u), derivative), to.mul(d, y)];
  });
}
