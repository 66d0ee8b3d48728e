/**
 * @file The chi-square distribution, and through it the normal's two-sided quantile.
 *
 * Source: NIST Digital Library of Mathematical Functions, §8.7.1 and §8.9.2 (the incomplete gamma
 * function as a series and as a continued fraction); E. B. Wilson and M. M. Hilferty, 1931, for the
 * first guess of a quantile.
 */
import { logGamma } from "./log-gamma.ts";

const precision = 1e-15;
const mostTerms = 10_000;
const mostSteps = 200;

/** P(X ≤ x) for X ~ χ² with `freedom` degrees. */
export function chiSquareCdf(x: number, freedom: number): number {
  if (!(x > 0)) return 0;
  const [a, y] = [freedom / 2, x / 2];
  return y < a + 1 ? bySeries(a, y) : 1 - byFraction(a, y);
}

/** The x with P(X ≤ x) = `probability`, which is in (0, 1). */
export function chiSquareQuantile(probability: number, freedom: number): number {
  let [low, high] = [0, Math.max(1, freedom)];
  while (chiSquareCdf(high, freedom) < probability) [low, high] = [high, high * 2];
  for (let step = 0; step < mostSteps && high - low > precision * high; step++) {
    const middle = (low + high) / 2;
    if (chiSquareCdf(middle, freedom) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The z with P(|Z| ≤ z) = `level` for a standard normal Z: 1.96 for 0.95. */
export const normalQuantile = (level: number) => Math.sqrt(chiSquareQuantile(level, 1));

function bySeries(a: number, y: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < mostTerms && term > sum * precision; n++) {
    term *= y / (a + n);
    sum += term;
  }
  return sum * Math.exp(a * Math.log(y) - y - logGamma(a));
}

/** Lentz's way through the continued fraction; the upper tail. */
function byFraction(a: number, y: number): number {
  let b = y + 1 - a;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < mostTerms; n++) {
    const an = n * (a - n);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < precision) break;
  }
  return fraction * Math.exp(a * Math.log(y) - y - logGamma(a));
}
