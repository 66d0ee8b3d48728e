/**
 * @file Exact log-probabilities from a row of logits, in one pass over the vocabulary and before
 * any sampler: ln pᵢ = xᵢ − max − ln Σ exp(xⱼ − max).
 *
 * A row has 150 000 entries and is read once a token, so `exp` comes from a table: linear between
 * steps of 2⁻¹⁰, which is within 1.2e−7 of it.
 */

const stepsPerUnit = 1024;
/** What lies further below the maximum adds less than 1e−13 to a sum that is at least 1. */
const depth = 30;
const table = Float64Array.from({ length: depth * stepsPerUnit + 2 }, (_, i) =>
  Math.exp(-i / stepsPerUnit),
);

export type LogSoftmax = {
  /** The tokens with the greatest logits, greatest first; of equals, the lower id first. */
  top: number[];
  /** ln Σ exp(x): subtract it from a logit to get ln p. */
  logSum: number;
};

/** @param count How many tokens to tell; at least 1. */
export function logSoftmax(logits: Float32Array, count: number): LogSoftmax {
  const top: number[] = [];
  let least = -Infinity; // of the top, once there are `count` of them
  let max = -Infinity;
  let sum = 0; // Σ exp(x − max), over what has been read
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token] as number;
    if (logit > least) {
      least = insert(top, logits, token, count);
      if (logit > max) {
        sum *= Math.exp(max - logit);
        max = logit;
      }
    }
    const below = (max - logit) * stepsPerUnit;
    if (!(below < depth * stepsPerUnit)) continue; // NaN and −∞ too
    const step = below | 0;
    const from = table[step] as number;
    sum += from + (below - step) * ((table[step + 1] as number) - from);
  }
  return { top, logSum: max + Math.log(sum) };
}

function insert(best: number[], logits: Float32Array, token: number, count: number): number {
  const logit = logits[token] as number;
  let at = best.length;
  while (at > 0 && (logits[best[at - 1] as number] as number) < logit) at--;
  best.splice(at, 0, token);
  if (best.length > count) best.pop();
  return best.length < count ? -Infinity : (logits[best[count - 1] as number] as number);
}
