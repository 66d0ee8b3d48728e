/**
 * @file Draws how often n trials of chance p succeed, in constant expected time however large n is.
 *
 * Where few successes are expected their number is found by inversion; otherwise by transformed
 * rejection with squeeze: a hat that fits so well that most draws cost two random numbers.
 *
 * Source: W. Hörmann, "The generation of binomial random variates", J. Stat. Comput. Simul. 46,
 * 1993 (algorithm BTRS); V. Kachitvichyanukul and B. Schmeiser, 1988, for inversion.
 */
import { logGamma } from "./log-gamma.ts";
import type { Random } from "./random.ts";

/** Below this many expected successes counting up is quicker, and BTRS is not made for it. */
const fewSuccesses = 10;

/** @returns an integer from 0 to n. */
export function drawBinomial(n: number, p: number, random: Random): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(n, 1 - p, random);
  return n * p < fewSuccesses ? byInversion(n, p, random) : byRejection(n, p, random);
}

function byInversion(n: number, p: number, random: Random): number {
  const odds = p / (1 - p);
  const none = Math.exp(n * Math.log1p(-p));
  for (;;) {
    let rest = random();
    let mass = none;
    for (let count = 0; count <= n; count++) {
      if (rest < mass) return count;
      rest -= mass;
      mass *= ((n - count) / (count + 1)) * odds;
    }
    // Rounding left a rest beyond the last count: draw again.
  }
}

function byRejection(n: number, p: number, random: Random): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= squeeze) return count;
    if (count < 0 || count > n) continue;
    const alpha = (2.83 + 5.1 / b) * spread;
    const height = Math.log((v * alpha) / (a / (us * us) + b));
    if (height <= logMassRatio(n, p, count)) return count;
  }
}

/** ln of the chance of `count` over that of the likeliest count. */
function logMassRatio(n: number, p: number, count: number): number {
  const mode = Math.floor((n + 1) * p);
  return (
    logGamma(mode + 1) +
    logGamma(n - mode + 1) -
    logGamma(count + 1) -
    logGamma(n - count + 1) +
    (count - mode) * Math.log(p / (1 - p))
  );
}
