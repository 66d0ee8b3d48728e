/**
 * @file Who votes as no honest voter does, by session and by address: sessions are cheap, so a
 * campaign spreads over many, and its addresses may tell what its sessions do not.
 *
 * The many of one campaign are also each other's history, and hide one another in it. So the tenth
 * of voters with the most evidence is doubted first: all are tested against the other nine tenths.
 * Then only those are doubted who now have evidence of ten to one, until their circle is the same
 * twice. Chance doubts one honest voter in ten at first and few in the end: the rate of false
 * findings is no longer exactly the test's, but near it.
 */

import type { BattleRecord } from "../protocol/battle.ts";
import { anomalousVoters, type VoterTest } from "../rating/anomalous-voters.ts";
import { BattleLog } from "../rating/battle-log.ts";
import type { Battle, Battles } from "../rating/battles.ts";
import { promptBlocs } from "./prompt-blocs.ts";

/** A vote, the session it came from and the hashed address of that. */
export type Ballot = {
  voter: string;
  address: string;
  rated: Battle;
  record: Pick<BattleRecord, "is_preset">;
};

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

/** Everybody with enough votes to be tested: sessions, then addresses. */
export function suspectVoters(ballots: readonly Ballot[]): Suspect[] {
  return [...sessions(ballots), ...tested(ballots, ({ address }) => addressName(address))];
}

/** Whoever is part of a bloc is as suspect as the bloc, where that is more. */
function sessions(ballots: readonly Ballot[]): Suspect[] {
  const alone = tested(ballots, ({ voter }) => voter);
  const blocOf = promptBlocs(
    ballots.map(({ voter, rated, record }) => ({
      voter,
      prompt: record.is_preset ? 0 : rated.prompt,
    })),
  );
  if (blocOf.size === 0) return alone;
  const together = tested(ballots, ({ voter }) => blocOf.get(voter) ?? voter);
  const blocs = new Map(together.map((one) => [one.voter, one]));
  return alone.map((one) => {
    const bloc = blocs.get(blocOf.get(one.voter) ?? "");
    if (!bloc) return one;
    const eValue = Math.max(one.eValue, bloc.eValue);
    return { ...one, eValue, flagged: one.flagged || bloc.flagged };
  });
}

function tested(ballots: readonly Ballot[], nameOf: (ballot: Ballot) => string): Suspect[] {
  const log = new BattleLog();
  for (const ballot of ballots) log.add({ ...ballot.rated, judge: nameOf(ballot) });
  return withoutAccomplices(log.finish()).map(({ judge, votes, eValue, flagged }) => ({
    voter: judge,
    votes,
    eValue,
    flagged,
  }));
}

const doubtedAtFirst = 0.1;
const worthDoubt = 10;
const mostRounds = 4;

function withoutAccomplices(battles: Battles): VoterTest[] {
  const first = anomalousVoters(battles);
  let doubted = first.slice(0, Math.floor(first.length * doubtedAtFirst));
  for (let round = 1; ; round++) {
    const names = new Set(doubted.map(({ judge }) => judge));
    const found = anomalousVoters(battles, { doubted: names });
    doubted = found.filter(({ eValue }) => eValue >= worthDoubt);
    const isSame = doubted.length === names.size && doubted.every(({ judge }) => names.has(judge));
    if (isSame || round === mostRounds) return found;
  }
}
