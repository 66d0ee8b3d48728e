/**
 * @file Battles with what tells the two answers apart in style, ready to be fitted.
 *
 * Each feature becomes the relative difference (a − b) / (a + b + 1) of the two answers, divided by
 * its standard deviation over all battles. Rows are sorted by pair and turned so that i < j: a fit
 * then reads memory from one end to the other.
 *
 * Source: LMSYS, "Does Style Matter?", 2024-08-28; FastChat's `preprocess_for_style`.
 */
import type { Battles } from "./battles.ts";
import type { PairOutcomes } from "./pair-outcomes.ts";

/** How differences are put on one scale. */
export type StyleScaling = {
  /** Added to the sum under each difference. FastChat has 1; 0 turns 0/0 into 0. */
  plus: number;
};

export type StyleData = {
  readonly models: number;
  readonly features: readonly string[];
  /** (pairs,) as in `PairOutcomes`. */
  readonly i: Int32Array;
  readonly j: Int32Array;
  readonly weight: Float64Array;
  /** (pairs + 1,) the rows of a pair begin here and end where the next pair's begin. */
  readonly start: Int32Array;
  /** (rows,) what i scored: 1, ½ or 0. */
  readonly score: Float64Array;
  /** (rows, k) differences i − j, in standard deviations. */
  readonly z: Float64Array;
};

/**
 * @param battles  every row has its features.
 * @param outcomes the table of the same battles, draws included, with the pairs' weights.
 */
export function toStyleData(
  battles: Battles,
  outcomes: PairOutcomes,
  scaling: StyleScaling = { plus: 1 },
): StyleData {
  const { models, i, j, weight } = outcomes;
  const { length, features, a, b, outcome } = battles;
  const { place, start } = sortByPair(battles, outcomes);
  const z = relativeDifferences(battles, scaling.plus);
  standardise(z, features.length);
  const score = new Float64Array(length);
  const sorted = new Float64Array(z.length);
  for (let row = 0; row < length; row++) {
    const to = place[row];
    const flipped = a[row] > b[row];
    const scored = scores[outcome[row]];
    score[to] = flipped ? 1 - scored : scored;
    for (let f = 0; f < features.length; f++) {
      const value = z[row * features.length + f];
      sorted[to * features.length + f] = flipped ? -value : value;
    }
  }
  return { models, features, i, j, weight, start, score, z: sorted };
}

/** What A scored, by the outcome's code. */
const scores = [1, 0, 0.5, 0.5];

/** (rows,) the new place of each row, and (pairs + 1,) where each pair's rows begin. */
function sortByPair({ a, b, length }: Battles, { models, i, j }: PairOutcomes) {
  const pairs = new Map<number, number>();
  for (let pair = 0; pair < i.length; pair++) pairs.set(i[pair] * models + j[pair], pair);
  const place = new Int32Array(length);
  const start = new Int32Array(i.length + 1);
  for (let row = 0; row < length; row++) {
    const [one, other] = [a[row], b[row]];
    const pair = pairs.get(one < other ? one * models + other : other * models + one) ?? 0;
    place[row] = pair;
    start[pair + 1] += 1;
  }
  for (let pair = 0; pair < i.length; pair++) start[pair + 1] += start[pair];
  const next = start.slice();
  for (let row = 0; row < length; row++) {
    const pair = place[row];
    place[row] = next[pair];
    next[pair] += 1;
  }
  return { place, start };
}

/** (rows, k) of A's answer to B's. */
function relativeDifferences({ length, features, style }: Battles, plus: number): Float64Array {
  const k = features.length;
  const z = new Float64Array(length * k);
  for (let row = 0; row < length; row++)
    for (let f = 0; f < k; f++) {
      const ours = style[row * 2 * k + f];
      const theirs = style[row * 2 * k + k + f];
      z[row * k + f] = (ours - theirs) / (Math.abs(ours) + Math.abs(theirs) + plus || 1);
    }
  return z;
}

/** To mean 0 and standard deviation 1 over all rows; a feature that never differs stays 0. */
function standardise(z: Float64Array, k: number): void {
  const rows = z.length / k;
  for (let f = 0; f < k; f++) {
    let sum = 0;
    for (let at = f; at < z.length; at += k) sum += z[at];
    const mean = sum / rows;
    let squares = 0;
    for (let at = f; at < z.length; at += k) squares += (z[at] - mean) ** 2;
    const deviation = Math.sqrt(squares / rows);
    for (let at = f; at < z.length; at += k) z[at] = deviation > 0 ? (z[at] - mean) / deviation : 0;
  }
}
