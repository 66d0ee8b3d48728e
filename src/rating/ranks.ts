/**
 * @file Ranks that intervals allow: only a whole interval above or below another decides.
 *
 * Source: W.-L. Chiang et al., "Chatbot Arena", 2024, §5 (Rank (UB)); LMArena's Rank Spread.
 */

export type Ranks = {
  /** 1 + how many lie entirely above: the Rank (UB) that leaderboards sort by. */
  rank: Int32Array;
  /** The best rank the intervals allow, which is `rank`, and the worst. */
  best: Int32Array;
  worst: Int32Array;
};

/**
 * @param lower (n,) ends of the intervals; −∞ and ∞ where there is none.
 * @param upper (n,)
 */
export function ranksFromIntervals(lower: Float64Array, upper: Float64Array): Ranks {
  const n = lower.length;
  const lowers = lower.slice().sort();
  const uppers = upper.slice().sort();
  const rank = Int32Array.from(upper, (end) => 1 + n - countBelow(lowers, end, true));
  const worst = Int32Array.from(lower, (end) => n - countBelow(uppers, end, false));
  return { rank, best: rank, worst };
}

/** How many of the ascending values are below the bound, or at it where that counts too. */
function countBelow(ascending: Float64Array, bound: number, equalCounts: boolean): number {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const value = ascending[middle];
    if (value < bound || (equalCounts && value === bound)) from = middle + 1;
    else to = middle;
  }
  return from;
}
