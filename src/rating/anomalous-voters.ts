/**
 * @file Voters whose votes the other voters' votes do not explain: shills of one model, those who
 * always click the same side, those who vote against everybody. Finding one is a reason to look,
 * not a verdict.
 *
 * FastChat multiplies 1/(2p) over a voter's votes, p being how common such a vote is among all. For
 * votes of 0 or 1 that is the odds of a coin against the crowd's: with q the chance of a 1, the mean
 * is q/(2q) + (1−q)/(2(1−q)) = 1 if p is known and each vote is met by its own p. FastChat's p is
 * estimated from votes that include the voter's own, is one-sided by the models' names, each side is
 * tried, and so is each voter: one in thirteen honest ones fell.
 *
 * Here the history is the *other* voters' (odds-evidence.ts), pair by pair and seat by seat; the
 * suspicions are spelt out, and their evidence is averaged rather than the worst taken: an average
 * of e-values is an e-value. It is taken over all votes, not at its peak, for only so its mean is
 * exactly 1 for an honest voter; then 1/e is a p-value (Markov), and the false-discovery rate holds
 * although all voters share their histories.
 *
 * Source: V. Vovk and R. Wang, "E-values: Calibration, Combination and Applications", 2021.
 */
import type { Battles } from "./battles.ts";
import { discoveries } from "./false-discovery.ts";
import { oddsEvidence, type Tally } from "./odds-evidence.ts";
import { logBends, Suspicions } from "./suspicions.ts";

export type VoterTest = {
  judge: string;
  /** Those that named a winner; ties say nothing here. */
  votes: number;
  /** Evidence; its mean over honest voters is 1. */
  eValue: number;
  /** min(1, 1/e) */
  pValue: number;
  flagged: boolean;
};

export type VoterTestSettings = {
  /** The share of honest voters among the flagged, on average, at most. */
  falseDiscoveryRate?: number;
  /** Voters with fewer decided votes are not tested. */
  fewestVotes?: number;
};

/** Tests every voter with enough votes; those with most evidence first. */
export function anomalousVoters(
  battles: Battles,
  { falseDiscoveryRate = 0.05, fewestVotes = 5 }: VoterTestSettings = {},
): VoterTest[] {
  const found = weighVoters(battles, fewestVotes);
  const flags = discoveries(
    found.map(({ eValue }) => eValue),
    falseDiscoveryRate,
  );
  return found
    .map((one, i) => ({ ...one, pValue: Math.min(1, 1 / one.eValue), flagged: flags[i] === 1 }))
    .sort((one, other) => other.eValue - one.eValue || (one.judge < other.judge ? -1 : 1));
}

type Weighed = Pick<VoterTest, "judge" | "votes" | "eValue">;

function weighVoters(battles: Battles, fewestVotes: number): Weighed[] {
  const models = battles.models.length;
  const seatings = models * models;
  const ballots = sortedBallots(battles);
  const tallies = tallySeatings(battles);
  const suspicions = new Suspicions(models);
  const found: Weighed[] = [];
  for (let start = 0, end = 0; start < ballots.length; start = end) {
    const judge = Math.floor(ballots[start] / 2 / seatings);
    while (end < ballots.length && Math.floor(ballots[end] / 2 / seatings) === judge) end++;
    if (end - start < fewestVotes) continue;
    weigh(ballots.subarray(start, end), models, tallies, suspicions);
    const eValue = suspicions.takeEValue();
    found.push({ judge: battles.judges[judge], votes: end - start, eValue });
  }
  return found;
}

/** Adds what one voter's ballots say, seating by seating. */
function weigh(
  ballots: Float64Array,
  models: number,
  tallies: Map<number, Tally>,
  suspicions: Suspicions,
): void {
  const evidence = new Float64Array(logBends.length);
  for (let start = 0, end = 0; start < ballots.length; start = end) {
    const seating = Math.floor(ballots[start] / 2) % (models * models);
    const own = { wins: 0, votes: 0 };
    for (
      ;
      end < ballots.length && Math.floor(ballots[end] / 2) % (models * models) === seating;
      end++
    )
      countVote(own, ballots[end] % 2);
    const all = tallies.get(seating) ?? own;
    const others = { wins: all.wins - own.wins, votes: all.votes - own.votes };
    oddsEvidence(own, others, logBends, evidence);
    suspicions.add(Math.floor(seating / models), seating % models, all, evidence);
  }
}

/**
 * Every vote of a known voter that named a winner, as one number: (voter · seatings + seating) · 2
 * + whether A won; ascending, so that a voter's lie together and the order of the rows is forgotten.
 */
function sortedBallots(battles: Battles): Float64Array {
  const { length, judge, models } = battles;
  const ballots = new Float64Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (judge[row] < 0 || !isDecided(battles, row)) continue;
    const seating = seatingOf(battles, row);
    ballots[count++] = (judge[row] * models.length ** 2 + seating) * 2 + wonByA(battles, row);
  }
  return ballots.subarray(0, count).sort();
}

/** Seating → A's wins among the decided votes of everybody. */
function tallySeatings(battles: Battles): Map<number, Tally> {
  const tallies = new Map<number, Tally>();
  for (let row = 0; row < battles.length; row++) {
    if (!isDecided(battles, row)) continue;
    const seating = seatingOf(battles, row);
    const known = tallies.get(seating);
    const tally = known ?? { wins: 0, votes: 0 };
    if (!known) tallies.set(seating, tally);
    countVote(tally, wonByA(battles, row));
  }
  return tallies;
}

function countVote(tally: Tally, won: number): void {
  tally.votes++;
  tally.wins += won;
}

function isDecided({ a, b, outcome }: Battles, row: number): boolean {
  return outcome[row] < 2 && a[row] !== b[row];
}

/** Who sat where, as one number. */
function seatingOf({ a, b, models }: Battles, row: number): number {
  return a[row] * models.length + b[row];
}

function wonByA({ outcome }: Battles, row: number): number {
  return outcome[row] === 0 ? 1 : 0;
}
