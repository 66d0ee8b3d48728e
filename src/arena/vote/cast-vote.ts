/**
 * @file A vote, from the click to the disk: whose it is, whether it may be cast, what is known of the
 * battle, and why it may not rate. Names come from our own record, never from the browser.
 */
import { HourlyLimitError } from "../../errors/limit-errors.ts";
import { ConflictError } from "../../errors/resource-errors.ts";
import type { DetectLanguage } from "../../files/language.ts";
import type { ModelInfo, Vote } from "../../protocol/arena.ts";
import type { ArenaLimits } from "../../protocol/arena-config.ts";
import type { ArenaEvent, EventBody, VoteTag } from "../../protocol/arena-event.ts";
import type { SessionRow } from "../../store/arena-chat.ts";
import type { ArenaStore } from "../../store/arena-store.ts";
import { isSigned } from "../chat/battle-token.ts";
import type { Chat } from "../chat/chat.ts";
import { canBeJudged } from "../chat/chat-view.ts";
import { hourMs } from "../limits.ts";
import { hashOfPrompts, toRatedBattle } from "./battle-facts.ts";
import { leaksIdentity } from "./identity-leak.ts";
import type { Urn } from "./urn.ts";

export type Polling = {
  store: ArenaStore;
  urn: Urn;
  secret: Buffer;
  limits: ArenaLimits;
  detectLanguage: DetectLanguage;
  /** All that the arena knows, for what an answer may give away. */
  knownModels(): ModelInfo[];
};

export type Ballot = {
  chat: Chat;
  session: SessionRow;
  /** Hash of the voter's address. */
  address: string;
  vote: Vote;
  /** Idempotency key. */
  key: string;
};

/**
 * Stores the vote, or finds it stored under the same key.
 *
 * @throws {ConflictError} `already_voted`, `stale_token`, `not_ready`.
 * @throws {HourlyLimitError} the session or its address has voted too often.
 * @throws {InsufficientStorageError} the disk is full: nothing was stored.
 */
export async function castVote(polling: Polling, ballot: Ballot): Promise<void> {
  const { store } = polling;
  const { chat, session, key } = ballot;
  const events = store.eventsOf(chat.id);
  if (events.some(({ kind }) => kind === "vote")) return assertSame(polling, ballot);
  assertMayVote(polling, ballot);
  const early = chat.isAnswering;
  const dwellMs = chat.readyAt === null ? null : Date.now() - chat.readyAt;
  if (early) await chat.stop();
  const body = toBody(polling, ballot, events, early, dwellMs);
  const outcome = await polling.urn.put(body, { chat: chat.id, voter: session.voter, key });
  if (outcome === "taken") throw alreadyVoted();
}

export function storedVote(store: ArenaStore, chat: string): EventBody<"vote"> | undefined {
  return store.eventsOf(chat).find((event) => event.kind === "vote")?.body;
}

const alreadyVoted = () =>
  new ConflictError("This battle has its vote already; there is one for each.", "already_voted");

/** The same click again, because its answer was lost. */
function assertSame({ store }: Polling, { chat, session, key }: Ballot): void {
  if (!store.isVoteKey(chat.id, session.voter, key)) throw alreadyVoted();
}

function assertMayVote({ store, urn, secret, limits }: Polling, ballot: Ballot): void {
  const { chat, session, address, vote } = ballot;
  if (chat.settings.mode !== "battle" || !canBeJudged(chat))
    throw new ConflictError("Both sides must have answered before a vote.", "not_ready");
  const state = { chat: chat.id, voter: session.voter, version: chat.version };
  if (!isSigned(secret, state, vote.token))
    throw new ConflictError("The battle has gone on since; look again and vote.", "stale_token");
  const since = Date.now() - hourMs;
  const { votes_per_session_hour: own, votes_per_address_hour: shared } = limits;
  const { voter } = session;
  if (store.countOf(voter, "vote", since) + urn.heldOf(voter) >= own)
    throw new HourlyLimitError("votes", own);
  if (store.countVotesFrom(address, since) + urn.heldFrom(address) >= shared)
    throw new HourlyLimitError("votes", shared);
}

function toBody(
  polling: Polling,
  { chat, session, address, vote }: Ballot,
  events: readonly ArenaEvent[],
  early: boolean,
  dwellMs: number | null,
): EventBody<"vote"> {
  const opened = events.find((event) => event.kind === "chat")?.body;
  const facts = {
    winner: vote.winner,
    at: Date.now(),
    pairProbability: opened?.pair_probability ?? null,
    isPreset: opened?.preset ?? false,
    promptHash: hashOfPrompts(
      polling.secret,
      chat.prompts.map(({ text }) => text),
    ),
  };
  const isDuplicate = events.some((event) => event.kind === "prompt" && event.body.duplicate);
  const tags: VoteTag[] = [
    ...(leaksIdentity(textsOf(chat), polling.knownModels()) ? (["identity"] as const) : []),
    ...(chat.answers.flat().some(({ status }) => status === "failed") ? (["failed"] as const) : []),
    ...(isDuplicate ? (["duplicate_prompt"] as const) : []),
  ];
  return {
    winner: vote.winner,
    early,
    dwell_ms: dwellMs,
    address,
    tags,
    research: session.research,
    battle: toRatedBattle(chat, facts, polling.detectLanguage),
  };
}

const textsOf = (chat: Chat) =>
  chat.answers.flat().flatMap(({ text, reasoning }) => [text, reasoning]);
