/**
 * @file FastChat's own test of voters, kept for comparison with what it published; it has no
 * control of false findings (anomalous-voters.ts has).
 *
 * Source: `outlier_detect` in FastChat's `monitor/elo_analysis.py`.
 */
import type { Battles } from "./battles.ts";
import { countPairs } from "./pair-table.ts";

export type OutlierSettings = {
  /** A voter is out once a product of evidence exceeds 1 / alpha. */
  alpha?: number;
  /** Of each voter, the first votes that are looked at. */
  mostVotes?: number;
  fewestVotes?: number;
};

/** How often a pair's first model, by name, won and lost: all voters' votes. */
type History = { wins: number; losses: number };

/** The voters that FastChat would ban, in the order of `battles.judges`. */
export function fastChatOutliers(
  battles: Battles,
  { alpha = 0.05, mostVotes = 100, fewestVotes = 5 }: OutlierSettings = {},
): string[] {
  const histories = historiesOf(battles);
  const rows = rowsByJudge(battles);
  return battles.judges.filter(
    (_, judge) =>
      rows[judge].length >= fewestVotes &&
      isOutlier(rows[judge].slice(0, mostVotes), battles, histories, 1 / alpha),
  );
}

function isOutlier(
  rows: number[],
  battles: Battles,
  histories: Map<number, History>,
  bound: number,
): boolean {
  let upper = 1;
  let lower = 1;
  for (const row of rows) {
    const { wins, losses } = histories.get(pairOf(battles, row)) ?? { wins: 0, losses: 0 };
    const vote = voteForFirst(battles, row);
    // A pair of ties alone makes these NaN, and as in FastChat the voter then goes free.
    const atMost = (losses + (vote === 1 ? wins : 0)) / (wins + losses);
    const atLeast = (wins + (vote === 0 ? losses : 0)) / (wins + losses);
    upper /= 2 * atMost;
    lower /= 2 * atLeast;
    if (upper > bound || lower > bound) return true;
  }
  return false;
}

function historiesOf(battles: Battles): Map<number, History> {
  const { models, i, j, wins, losses } = countPairs(battles);
  return new Map(
    Array.from(i, (first, pair) => {
      return [first * models + j[pair], { wins: wins[pair], losses: losses[pair] }];
    }),
  );
}

function rowsByJudge({ judge, judges, length }: Battles): number[][] {
  const rows = judges.map((): number[] => []);
  for (let row = 0; row < length; row++) if (judge[row] >= 0) rows[judge[row]].push(row);
  return rows;
}

/** The two models as one number, whichever sat where; places are in the order of names. */
function pairOf({ a, b, models }: Battles, row: number): number {
  return Math.min(a[row], b[row]) * models.length + Math.max(a[row], b[row]);
}

/** 1 for the first model by name, 0 for the second, ½ for a tie. */
function voteForFirst({ a, b, outcome }: Battles, row: number): number {
  if (outcome[row] > 1) return 0.5;
  return (outcome[row] === 0) === a[row] < b[row] ? 1 : 0;
}
