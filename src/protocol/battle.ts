/**
 * @file A battle as files hold it. One layout serves our own log and what others published: it is
 * that of LMSYS's and LMArena's datasets, of which FastChat's `clean_battle_*.json` is a part.
 *
 * Every record is one line of JSON; only the models and the winner must be there. Columns that are
 * missing limit what can be asked (no `tstamp`: no `--since`), never whether it can be rated.
 */
import { z } from "zod";

/** The outcomes of a battle; their place here is their code in columns of numbers. */
export const winners = ["model_a", "model_b", "tie", "both_bad"] as const;
export type Winner = (typeof winners)[number];

/** Counts a file may give by kind (`{"h1": 2, "h2": 0}`) or in one number. */
const Count = z.union([z.number(), z.record(z.string(), z.number())]);

/** A text, or what multimodal datasets write: a list of parts. */
export const Turn = z.looseObject({
  role: z.string(),
  content: z.unknown(),
  num_tokens: z.number().nullish(),
});
export type Turn = z.infer<typeof Turn>;

const Tags = z.record(z.string(), z.unknown());

/** `winner` as anyone spells it: FastChat's both-bad is `tie (bothbad)`. */
export const winnerNames = {
  model_a: "model_a",
  model_b: "model_b",
  tie: "tie",
  both_bad: "both_bad",
  "tie (bothbad)": "both_bad",
} as const satisfies Record<string, Winner>;

const WinnerName = z
  .enum(Object.keys(winnerNames) as (keyof typeof winnerNames)[])
  .transform((name): Winner => winnerNames[name]);

/** A line of our own battle log, of a cleaned FastChat log, or of a published dataset. */
export const BattleRecord = z.object({
  model_a: z.string().min(1),
  model_b: z.string().min(1),
  winner: WinnerName,
  /** What tells this battle from others; `id` in newer datasets. */
  question_id: z.union([z.string(), z.number()]).nullish(),
  id: z.union([z.string(), z.number()]).nullish(),
  /** Who voted: a name, or a salted hash. */
  judge: z.string().nullish(),
  judge_hash: z.string().nullish(),
  /** False: the voter knew the names. Published sets without it hold anonymous battles only. */
  anony: z.boolean().nullish(),
  /** The language's English name: `English`. */
  language: z.string().nullish(),
  turn: z.number().nullish(),
  /** Unix time, s; newer datasets have an ISO time in `timestamp`. */
  tstamp: z.number().nullish(),
  timestamp: z.union([z.string(), z.number(), z.date()]).nullish(),
  conversation_a: z.array(Turn).nullish(),
  conversation_b: z.array(Turn).nullish(),
  /** `sum_assistant_a_tokens`, `header_count_a`, … and the same with `_b`. */
  conv_metadata: z.record(z.string(), Count.nullish()).nullish(),
  is_code: z.boolean().nullish(),
  is_refusal: z.boolean().nullish(),
  is_preset: z.boolean().nullish(),
  dedup_tag: z.looseObject({ sampled: z.boolean().nullish() }).nullish(),
  category_tag: z.record(z.string(), Tags.nullish()).nullish(),
  /** The arena's own: how likely it was that these two should meet. */
  pair_probability: z.number().gt(0).max(1).nullish(),
  /** The arena's own: what tells its prompts from others where their text is not released. */
  prompt_hash: z.int().nullish(),
  /** The arena's own: why the vote is not to be counted yet; absent when it counts. */
  quarantine: z.string().nullish(),
});
export type BattleRecord = z.infer<typeof BattleRecord>;

/** A column of Kaggle's that is 1 in one case and 0 in the others. */
const Flag = z.union([z.boolean(), z.literal([0, 1])]).transform(Number);

/** The turns of one speaker; a null stands where there was no text. */
const Texts = z.array(z.string().nullable()).nullish();

/** A row of the 55k set, which Kaggle's contest used: a column for each outcome. */
export const OneHotRecord = z.object({
  id: z.union([z.string(), z.number()]).nullish(),
  model_a: z.string().min(1),
  model_b: z.string().min(1),
  prompt: Texts,
  response_a: Texts,
  response_b: Texts,
  winner_model_a: Flag,
  winner_model_b: Flag,
  winner_tie: Flag,
});
export type OneHotRecord = z.infer<typeof OneHotRecord>;

/** One side of a vote in FastChat's own log: the conversation as its template held it. */
export const FastChatState = z.looseObject({
  model_name: z.string().nullish(),
  conv_id: z.string().nullish(),
  offset: z.int().min(0).nullish(),
  /** `[role, text]`, or `[role, [text, images]]`. */
  messages: z.array(z.tuple([z.string(), z.unknown()], z.unknown())),
});
export type FastChatState = z.infer<typeof FastChatState>;

/** What FastChat's log calls the four votes. */
export const fastChatVotes = {
  leftvote: "model_a",
  rightvote: "model_b",
  tievote: "tie",
  bothbad_vote: "both_bad",
} as const satisfies Record<string, Winner>;
export type FastChatVote = keyof typeof fastChatVotes;

/** A vote in FastChat's `YYYY-MM-DD-conv.json`; its lines of other types are no battles. */
export const FastChatVoteRecord = z.looseObject({
  type: z.enum(Object.keys(fastChatVotes) as [FastChatVote, ...FastChatVote[]]),
  /** Unix time, s. */
  tstamp: z.number(),
  /** Empty for an anonymous battle; after the reveal `### Model A: name`. */
  models: z.tuple([z.string().nullable(), z.string().nullable()]),
  states: z.tuple([FastChatState, FastChatState]),
  ip: z.string().nullish(),
});
export type FastChatVoteRecord = z.infer<typeof FastChatVoteRecord>;
