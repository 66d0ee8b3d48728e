/** @file Votes that are held back and the voters to look at: the test suspects, the admin decides. */
import type { ArenaBattles, CastVote } from "../../battles/arena-battles.ts";
import { addressName } from "../../battles/suspect-voters.ts";
import type { AdminQuarantine, QuarantinedBattle, SuspectVoter } from "../../protocol/arena.ts";
import type { ArenaStore } from "../../store/arena-store.ts";
import { toSummary } from "../board/battle-views.ts";

/** Newest first; more than these nobody reads. */
const maxBattles = 500;

/** Evidence of ten to one is worth a look, though it flags nobody. */
const worthALook = 10;

export function toQuarantine(store: ArenaStore, battles: ArenaBattles): AdminQuarantine {
  const held = battles.votes.filter((vote) => battles.holdOf(vote) !== null);
  const newest = held.slice(-maxBattles).reverse();
  return {
    battles: newest.map((vote) => toQuarantined(store, battles, vote)),
    voters: toSuspects(battles),
  };
}

/** Whether a session or an address of that name ever voted. */
export function isVoter(battles: ArenaBattles, name: string): boolean {
  return battles.votes.some(
    ({ voter, address }) => voter === name || addressName(address) === name,
  );
}

function toQuarantined(
  store: ArenaStore,
  battles: ArenaBattles,
  vote: CastVote,
): QuarantinedBattle {
  return {
    ...toSummary(vote, store.chat(vote.chat)),
    voter: vote.voter,
    reason: reasonOf(battles, vote),
  };
}

/** The admin's own words where there are some. */
function reasonOf(battles: ArenaBattles, vote: CastVote): string {
  const hold = battles.holdOf(vote) ?? "";
  const verdict =
    battles.verdictOn("battle", vote.chat) ??
    battles.verdictOn("voter", vote.voter) ??
    battles.verdictOn("voter", addressName(vote.address));
  return (hold === "by_hand" && verdict?.reason) || hold;
}

/** Those with a verdict, those flagged, and those not far from it; the most evidence first. */
function toSuspects(battles: ArenaBattles): SuspectVoter[] {
  const tested = new Map(battles.suspects().map((one) => [one.voter, one]));
  const judged = battles.judgedVoters();
  const suspicious = [...tested.values()].filter(
    ({ flagged, eValue }) => flagged || eValue >= worthALook,
  );
  const names = new Set([...judged, ...suspicious.map(({ voter }) => voter)]);
  const votes = votesOf(battles, names);
  return [...names]
    .map((voter) => {
      const verdict = battles.verdictOn("voter", voter);
      const isFlagged = tested.get(voter)?.flagged ?? false;
      const isByHand = verdict?.action === "quarantine";
      return {
        voter,
        votes: votes.get(voter) ?? 0,
        e_value: finite(tested.get(voter)?.eValue ?? 1),
        flagged: isFlagged || isByHand,
        quarantined: verdict ? isByHand : isFlagged && battles.holdsSuspects,
      };
    })
    .sort((one, other) => other.e_value - one.e_value || (one.voter < other.voter ? -1 : 1));
}

/** JSON knows no ∞. */
const finite = (value: number) => Math.min(value, Number.MAX_VALUE);

function votesOf(battles: ArenaBattles, names: ReadonlySet<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { voter, address } of battles.votes)
    for (const name of [voter, addressName(address)])
      if (names.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
