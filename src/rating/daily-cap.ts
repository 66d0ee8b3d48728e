/**
 * @file No voter decides alone: each one's first few votes of a day count, days being UTC's.
 *
 * Source: FastChat's `limit_user_votes` in `monitor/elo_analysis.py`, whose days are those of
 * whatever machine it runs on.
 */
import type { Battles } from "./battles.ts";

const secondsPerDay = 86_400;

/** (length,) 1 for each row that stays. Votes without a voter or a time are not capped. */
export function capDailyVotes(battles: Battles, votesPerDay: number): Uint8Array {
  const { length, judge, time, judges } = battles;
  const keep = new Uint8Array(length).fill(1);
  const dayOf = new Float64Array(judges.length).fill(Number.NaN);
  const votes = new Int32Array(judges.length);
  for (let row = 0; row < length; row++) {
    const voter = judge[row];
    if (voter < 0 || Number.isNaN(time[row])) continue;
    const day = Math.floor(time[row] / secondsPerDay);
    if (dayOf[voter] !== day) votes[voter] = 0; // rows are oldest first: the day before is over
    dayOf[voter] = day;
    if (++votes[voter] > votesPerDay) keep[row] = 0;
  }
  return keep;
}
