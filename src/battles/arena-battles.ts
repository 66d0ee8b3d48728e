/**
 * @file The Arena's log as battles: every vote that was cast, and for each whether it counts, and
 * why not. It is a pure function of the log: whoever reads the same events, at once or one by one,
 * comes to the same battles.
 */
import { BadRow, type Row } from "../files/bad-row.ts";
import type { EventOf, VoteTag } from "../protocol/arena-event.ts";
import type { BattleRecord } from "../protocol/battle.ts";
import type { Battle } from "../rating/battles.ts";
import type { ArenaStore } from "../store/arena-store.ts";
import { toBattle } from "./battle-row.ts";
import { addressName, type Suspect, suspectVoters } from "./suspect-voters.ts";

/** What every battle of ours is looked up with: style control, categories, prompts, voters. */
export const arenaFeatures = ["length", "header", "list", "bold"] as const;

export type CastVote = {
  /** Of its event in the log. */
  id: number;
  /** Unix time, ms. */
  at: number;
  chat: string;
  voter: string;
  /** Hashed. */
  address: string;
  tags: readonly VoteTag[];
  /** Whether its voter agreed, when voting, to its being published and learned from. */
  research: boolean;
  /** As it is released, without `quarantine`. */
  record: BattleRecord;
  rated: Battle;
};

export type Verdict = { action: "quarantine" | "release"; reason: string };

/** Why a vote does not count. */
export type Hold =
  /** Tags that never rate. */
  | "identity"
  | "failed"
  | "flagged"
  /** Its battle, its voter or its address, by the admin. */
  | "by_hand"
  | "anomalous_voter"
  | "anomalous_address";

const kinds = ["vote", "quarantine", "release", "consent", "forget"] as const;

export class ArenaBattles {
  readonly #store: ArenaStore;
  readonly #dropAnomalous: boolean;
  readonly #votes: CastVote[] = [];
  readonly #byChat = new Map<string, CastVote>();
  readonly #ofBattle = new Map<string, Verdict>();
  readonly #ofVoter = new Map<string, Verdict>();
  /** Voters who took their consent back, or were forgotten. */
  readonly #withdrawn = new Set<string>();
  #position = 0;
  #lastVerdict = 0;
  #suspects: { of: string; all: Suspect[]; flagged: ReadonlySet<string> } | undefined;

  /** @param dropAnomalous Whether voters whom the test flags are held back. */
  constructor(store: ArenaStore, { dropAnomalous = true } = {}) {
    this.#store = store;
    this.#dropAnomalous = dropAnomalous;
  }

  /** Reads what the log has and we do not, and returns the number of the last event that counts. */
  follow(): number {
    for (const event of this.#store.events(kinds, this.#position)) {
      this.#take(event);
      this.#position = event.id;
    }
    return this.#position;
  }

  /** Every vote so far, in the order of the log. */
  get votes(): readonly CastVote[] {
    return this.#votes;
  }

  /** Whether those whom the test flags are held back for it. */
  get holdsSuspects(): boolean {
    return this.#dropAnomalous;
  }

  voteOn(chat: string): CastVote | undefined {
    return this.#byChat.get(chat);
  }

  /** Null: the vote counts. */
  holdOf(vote: CastVote): Hold | null {
    return this.#heldByHand(vote) ?? (this.#isReleased(vote) ? null : this.#heldByTest(vote));
  }

  /** Whether its texts may be published and learned from. */
  isPublic({ research, voter }: CastVote): boolean {
    return research && !this.#withdrawn.has(voter);
  }

  /** What the admin last said of a battle, or of a voter or an address. */
  verdictOn(of: "battle" | "voter", name: string): Verdict | undefined {
    return (of === "battle" ? this.#ofBattle : this.#ofVoter).get(name);
  }

  /** All voters and addresses with a verdict. */
  judgedVoters(): string[] {
    return [...this.#ofVoter.keys()];
  }

  /** All who were tested, whether or not their votes are held back for it. */
  suspects(): readonly Suspect[] {
    return this.#test().all;
  }

  #take(event: EventOf<(typeof kinds)[number]>): void {
    if (event.kind === "vote") this.#add(event);
    else if (event.kind === "forget") this.#withdrawn.add(event.voter ?? "");
    else if (event.kind === "consent") {
      if (event.body.research) this.#withdrawn.delete(event.voter ?? "");
      else this.#withdrawn.add(event.voter ?? "");
    } else this.#judge(event);
  }

  #judge({ id, kind, body }: EventOf<"quarantine" | "release">): void {
    const verdict = { action: kind, reason: body.reason };
    this.#lastVerdict = id;
    if (body.battle !== null) this.#ofBattle.set(body.battle, verdict);
    if (body.voter !== null) this.#ofVoter.set(body.voter, verdict);
  }

  #add(event: EventOf<"vote">): void {
    const vote = toCastVote(event);
    if (vote === null) return;
    this.#votes.push(vote);
    this.#byChat.set(vote.chat, vote);
  }

  /** The verdict on a battle stands above the one on its voter, and that above the address's. */
  #heldByHand({ tags, chat, voter, address }: CastVote): Hold | null {
    for (const tag of neverRated) if (tags.includes(tag)) return tag;
    const verdict =
      this.#ofBattle.get(chat) ??
      this.#ofVoter.get(voter) ??
      this.#ofVoter.get(addressName(address));
    return verdict?.action === "quarantine" ? "by_hand" : null;
  }

  #isReleased({ chat, voter }: CastVote): boolean {
    return (this.#ofBattle.get(chat) ?? this.#ofVoter.get(voter))?.action === "release";
  }

  /** An address that the admin released may still have a voter who is flagged. */
  #heldByTest({ voter, address }: CastVote): Hold | null {
    if (!this.#dropAnomalous) return null;
    const { flagged } = this.#test();
    if (flagged.has(voter)) return "anomalous_voter";
    const name = addressName(address);
    return flagged.has(name) && !this.#ofVoter.has(name) ? "anomalous_address" : null;
  }

  /** Tested are the votes that are not held back by hand, and every verdict tests them anew. */
  #test() {
    const length = testedVotes(this.#votes.length);
    const of = `${length}.${this.#lastVerdict}`;
    if (this.#suspects?.of !== of) {
      const votes = this.#votes.slice(0, length);
      const all = suspectVoters(votes.filter((vote) => this.#heldByHand(vote) === null));
      const flagged = new Set(all.filter((one) => one.flagged).map(({ voter }) => voter));
      this.#suspects = { of, all, flagged };
    }
    return this.#suspects;
  }
}

const alwaysTested = 1024;

/**
 * How many of so many votes have been tested. The test reads them all, so of many votes it waits for
 * the next one or two per cent; where it stands depends on their number alone.
 */
function testedVotes(votes: number): number {
  if (votes < alwaysTested) return votes;
  const step = 2 ** Math.floor(Math.log2(votes / alwaysTested) + 4);
  return Math.floor(votes / step) * step;
}

const neverRated = ["identity", "failed", "flagged"] as const satisfies VoteTag[];

/** Null: it is no battle that anybody can rate. */
function toCastVote({ id, at, chat, voter, body }: EventOf<"vote">): CastVote | null {
  const { address, tags, research, battle } = body;
  const { quarantine: _, ...told } = battle;
  const record = {
    ...told,
    question_id: told.question_id ?? chat,
    judge: voter,
    tstamp: told.tstamp ?? at / 1000,
  };
  const rated = rateable(record);
  if (rated === null || chat === null || voter === null) return null;
  return { id, at, chat, voter, address, tags, research, record, rated };
}

function rateable(record: Row): Battle | null {
  try {
    return toBattle(record, wanted);
  } catch (cause) {
    if (cause instanceof BadRow) return null;
    throw cause;
  }
}

const wanted = {
  features: arenaFeatures,
  withCategories: true,
  withPrompts: true,
  withJudges: true,
  detectLanguage: null,
};
