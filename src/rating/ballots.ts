/**
 * @file Who voted how, seat by seat: for every voter the votes on each two models in their seats,
 * beside everybody's. Ties say nothing here, nor do battles of a model against itself.
 */
import type { Battles } from "./battles.ts";

/** A's wins among votes that named a winner. */
export type Tally = { wins: number; votes: number };

/** Votes on the models at places a and b, sitting in seats A and B. */
type SeatTally = { a: number; b: number; own: Tally; all: Tally };

export type VoterBallots = {
  /** A place in `battles.judges`. */
  judge: number;
  /** Whether the voter's own votes are among everybody's. */
  isCounted: boolean;
  votes: number;
  /** Ascending by a, then b: the order of the rows is forgotten. */
  tallies: SeatTally[];
};

/**
 * Every voter who named a winner at least once.
 *
 * @param doubted voters whose votes are not counted among everybody's.
 */
export function* voterBallots(
  battles: Battles,
  doubted: ReadonlySet<string> = new Set(),
): Generator<VoterBallots> {
  const models = battles.models.length;
  const isDoubted = battles.judges.map((judge) => doubted.has(judge));
  const everybody = tallySeatings(battles, isDoubted);
  let voter: VoterBallots | undefined;
  let seats: SeatTally | undefined;
  for (const ballot of sortedBallots(battles)) {
    const seating = Math.floor(ballot / 2) % models ** 2;
    const judge = Math.floor(ballot / 2 / models ** 2);
    if (voter?.judge !== judge) {
      if (voter) yield voter;
      voter = { judge, isCounted: isDoubted[judge] !== true, votes: 0, tallies: [] };
      seats = undefined;
    }
    const [a, b] = [Math.floor(seating / models), seating % models];
    if (seats?.a !== a || seats.b !== b) {
      seats = { a, b, own: { wins: 0, votes: 0 }, all: everybody.get(seating) ?? noVotes };
      voter.tallies.push(seats);
    }
    voter.votes++;
    countVote(seats.own, ballot % 2);
  }
  if (voter) yield voter;
}

const noVotes: Tally = { wins: 0, votes: 0 };

/**
 * Every vote of a known voter that named a winner, as one number: (voter · seatings + seating) · 2
 * + whether A won; ascending, so that a voter's lie together.
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

/** Seating → the votes of everybody but the doubted, unknown voters too. */
function tallySeatings(battles: Battles, isDoubted: readonly boolean[]): Map<number, Tally> {
  const tallies = new Map<number, Tally>();
  for (let row = 0; row < battles.length; row++) {
    if (!isDecided(battles, row) || isDoubted[battles.judge[row]] === true) continue;
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
