/**
 * @file Who votes as no honest voter does, by session and by address: sessions are cheap, so a
 * campaign spreads over many, and its addresses may tell what its sessions do not.
 */
import { anomalousVoters } from "../rating/anomalous-voters.ts";
import { BattleLog } from "../rating/battle-log.ts";
import type { Battle } from "../rating/battles.ts";

/** A vote, the session it came from and the hashed address of that. */
export type Ballot = { voter: string; address: string; rated: Battle };

export type Suspect = {
  /** A session's hash; an address is `address:` and its hash. */
  voter: string;
  /** Those that named a winner. */
  votes: number;
  eValue: number;
  flagged: boolean;
};

/** What the log and the admin call an address. */
export const addressName = (address: string) => `address:${address}`;

/** Everybody with enough votes to be tested; sessions first, those with most evidence first. */
export function suspectVoters(ballots: readonly Ballot[]): Suspect[] {
  return [
    ...tested(ballots, ({ voter }) => voter),
    ...tested(ballots, ({ address }) => addressName(address)),
  ];
}

function tested(ballots: readonly Ballot[], nameOf: (ballot: Ballot) => string): Suspect[] {
  const log = new BattleLog();
  for (const ballot of ballots) log.add({ ...ballot.rated, judge: nameOf(ballot) });
  return anomalousVoters(log.finish()).map(({ judge, votes, eValue, flagged }) => ({
    voter: judge,
    votes,
    eValue,
    flagged,
  }));
}
