/**
 * @file The Arena's log: what happened, in order, and never changed. Texts are not in it (they are
 * kept beside it, where their owner can have them erased); everything a rating needs is.
 */
import { z } from "zod";
import { answerErrors, modes, Opinion, Seat, seats } from "./arena.ts";
import { BattleRecord, winners } from "./battle.ts";

/** What is known against a vote; `flagged` is for a moderation of answers that nothing does yet. */
const tags = ["identity", "failed", "duplicate_prompt", "flagged"] as const;

/** A voted battle without its texts, as it is rated: the shape of the released files. */
const RatedBattle = BattleRecord.omit({ conversation_a: true, conversation_b: true });

const bodies = {
  consent: z.object({ version: z.string(), research: z.boolean() }),
  /** A conversation began. `models` are in the order of the seats. */
  chat: z.object({
    mode: z.enum(modes),
    models: z.array(z.string()),
    /** Of drawing these two, in whatever seats. */
    pair_probability: z.number().nullable(),
    continues: z.string().nullable(),
    preset: z.boolean(),
    images: z.boolean(),
  }),
  prompt: z.object({ turn: z.int(), chars: z.int(), duplicate: z.boolean() }),
  answer: z.object({
    turn: z.int(),
    seat: z.enum(seats),
    model: z.string(),
    status: z.enum(["done", "stopped", "failed"]),
    error: z.enum(answerErrors).nullable(),
    ttft_ms: z.number().nullable(),
    total_ms: z.number(),
    prompt_tokens: z.int().nullable(),
    completion_tokens: z.int().nullable(),
  }),
  regenerate: z.object({ turn: z.int(), seat: Seat.nullable() }),
  vote: z.object({
    winner: z.enum(winners),
    early: z.boolean(),
    /** From both answers' end to the vote. */
    dwell_ms: z.number().nullable(),
    /** Hash of the address, with the day's salt. */
    address: z.string(),
    tags: z.array(z.enum(tags)),
    /** May be published and trained on. */
    research: z.boolean(),
    battle: RatedBattle,
  }),
  opinion: z.object({ opinion: Opinion.shape.opinion, models: z.array(z.string()) }),
  report: z.object({ seat: Seat.nullable(), reason: z.string(), comment: z.string() }),
  report_closed: z.object({ report: z.int() }),
  share: z.object({ share: z.string() }),
  unshare: z.object({ share: z.string() }),
  /** `battle` or `voter` (a hash as in `judge`), by hand. */
  quarantine: z.object({
    battle: z.string().nullable(),
    voter: z.string().nullable(),
    reason: z.string(),
  }),
  release: z.object({
    battle: z.string().nullable(),
    voter: z.string().nullable(),
    reason: z.string(),
  }),
  forget: z.object({}),
  model_switch: z.object({
    model: z.string(),
    weight: z.number().optional(),
    outage: z.boolean().optional(),
    anonymous_only: z.boolean().optional(),
    retired: z.boolean().optional(),
  }),
};

type Bodies = typeof bodies;
export type EventKind = keyof Bodies;
export type EventBody<K extends EventKind> = z.infer<Bodies[K]>;
export type VoteTag = (typeof tags)[number];

/** One line of the log; `chat` and `voter` where it concerns one. */
export type ArenaEvent = {
  [K in EventKind]: {
    id: number;
    /** Unix time, ms. */
    at: number;
    kind: K;
    chat: string | null;
    /** Public hash of the session. */
    voter: string | null;
    body: EventBody<K>;
  };
}[EventKind];

export type EventOf<K extends EventKind> = Extract<ArenaEvent, { kind: K }>;

/** @throws {z.ZodError} the log holds what this version does not know. */
export function parseEventBody<K extends EventKind>(kind: K, body: unknown): EventBody<K> {
  return bodies[kind].parse(body) as EventBody<K>;
}
