/**
 * @file What the Arena's page and its server say to each other: requests as schemas, answers as
 * types. Nothing here names a model of a battle before its vote is stored.
 */
import { z } from "zod";
import { type Winner, winners } from "./battle.ts";
import type { Leaderboard, LeaderboardRow, StyleCoefficient } from "./leaderboard.ts";

export const modes = ["battle", "side_by_side", "direct"] as const;
export type Mode = (typeof modes)[number];

/** Seats, from left to right; a battle has the first two. */
export const seats = ["a", "b", "c", "d"] as const;
export const Seat = z.enum(seats);
export type Seat = (typeof seats)[number];

/** A `data:` URL of a PNG, JPEG, WebP or GIF. */
const Image = z
  .string()
  .regex(
    /^data:image\/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+={0,2}$/,
    "must be a data: URL of a picture",
  );
const Images = z.array(Image).max(4).default([]);
const Text = z.string().trim().min(1, "must not be empty").max(1_000_000);

export const SamplingChoice = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  max_tokens: z.int().min(1).max(1_000_000).optional(),
});
export type SamplingChoice = z.infer<typeof SamplingChoice>;

/** A turn of an earlier conversation that goes on here. */
const PastTurn = z.strictObject({
  role: z.enum(["user", "assistant"]),
  content: z.string().max(1_000_000),
});

/** `POST /api/chats`: a new conversation and its first message. */
export const NewChat = z.strictObject({
  mode: z.enum(modes),
  text: Text,
  images: Images,
  /** 2–4 for side by side, 1 for direct; battles draw their own. */
  models: z.array(z.string().min(1).max(512)).max(4).default([]),
  /** Direct and side by side only. */
  system: z.string().max(100_000).optional(),
  sampling: SamplingChoice.optional(),
  /** Direct only: what was said before, as the browser kept it. */
  history: z.array(PastTurn).max(2000).default([]),
  /** Battle only: the voted battle whose conversation goes on, with two new models. */
  continues: z.string().max(64).optional(),
  /** The message is one of the page's examples. */
  preset: z.boolean().default(false),
});
export type NewChat = z.input<typeof NewChat>;

/** `POST /api/chats/:id/messages` */
export const NewMessage = z.strictObject({ text: Text, images: Images });
export type NewMessage = z.input<typeof NewMessage>;

/** `POST /api/chats/:id/retry`: the last answer of one side, or with no seat of all. */
export const Retry = z.strictObject({ seat: Seat.optional() });

/**
 * `POST /api/chats/:id/vote`, with an `Idempotency-Key` header. The same key again gets the same
 * answer; another one is a second vote, and refused with 409.
 */
export const Vote = z.strictObject({
  winner: z.enum(winners),
  /** From `ChatView.vote_token`; good for this battle as it stands, once. */
  token: z.string().min(1).max(500),
});
export type Vote = z.input<typeof Vote>;

/** `POST /api/chats/:id/rate`: side by side (a seat, tie, both_bad) and direct (up, down). Never rated. */
export const Opinion = z.strictObject({
  opinion: z.union([Seat, z.enum(["tie", "both_bad", "up", "down"])]),
});
export type Opinion = z.infer<typeof Opinion>;

/** `POST /api/chats/:id/report` */
export const NewReport = z.strictObject({
  seat: Seat.optional(),
  reason: z.enum(["harmful", "wrong", "identity", "broken", "other"]),
  comment: z.string().max(2000).default(""),
});
export type NewReport = z.input<typeof NewReport>;

/** `POST /api/consent` */
export const Consent = z.strictObject({
  /** `SessionView.terms.version` */
  version: z.string().max(64),
  /** My battles may be published and used to train and evaluate models. */
  research: z.boolean(),
});
export type Consent = z.infer<typeof Consent>;

/** `POST /api/admin/login` */
export const AdminLogin = z.strictObject({ key: z.string().min(1).max(512) });

/** `POST /api/admin/battles/:id` and `/api/admin/voters/:id` */
export const Judgement = z.strictObject({
  action: z.enum(["quarantine", "release"]),
  reason: z.string().max(500).default(""),
});
export type Judgement = z.input<typeof Judgement>;

/** `POST /api/admin/models`: what is set here stands above the configuration. */
export const ModelSwitch = z.strictObject({
  model: z.string().min(1).max(512),
  weight: z.number().min(0).max(1000).optional(),
  outage: z.boolean().optional(),
  anonymous_only: z.boolean().optional(),
  retired: z.boolean().optional(),
});
export type ModelSwitch = z.infer<typeof ModelSwitch>;

/** What may be said of a model where its name may be said. */
export type ModelInfo = {
  name: string;
  organisation: string | null;
  licence: string | null;
  link: string | null;
  price_input: number | null;
  price_output: number | null;
  /** Tokens. */
  context: number | null;
  knowledge_cutoff: string | null;
  vision: boolean;
};

/** Why an answer is not whole, in words that fit every model. */
export const answerErrors = [
  "failed",
  "busy",
  "too_long",
  "interrupted",
  "blocked",
  "timeout",
] as const;
export type AnswerError = (typeof answerErrors)[number];

export type AnswerStatus = "waiting" | "streaming" | "done" | "stopped" | "failed";

export type AnswerView = {
  status: AnswerStatus;
  text: string;
  reasoning: string;
  error: AnswerError | null;
  /** Null while the name is hidden: speed tells who it is. */
  speed: { ttft_ms: number; tokens: number | null; tokens_per_second: number | null } | null;
};

export type SideView = {
  seat: Seat;
  /** Null: hidden until the vote. */
  model: string | null;
  /** One a prompt, the last for the last. */
  answers: AnswerView[];
};

export type PromptView = { text: string; images: string[] };

export type Standing = Pick<LeaderboardRow, "rating" | "lower" | "upper" | "rank" | "battles">;

export type Reveal = {
  winner: Winner;
  /** Seat by seat; the standing with this vote in it, null while the model has none. */
  models: { seat: Seat; model: ModelInfo; standing: Standing | null }[];
  /** False: the vote is stored but does not rate, because of `why`. */
  rated: boolean;
  why: "identity" | "failed" | null;
};

export type ChatView = {
  id: string;
  mode: Mode;
  /** Unix time, ms. */
  created_at: number;
  /** What was said before, the same on all sides: an earlier battle, or a conversation the browser kept. */
  history: { role: "user" | "assistant"; content: string }[];
  prompts: PromptView[];
  sides: SideView[];
  /** Something is still being answered. */
  answering: boolean;
  can: {
    send: boolean;
    stop: boolean;
    /** Both answers anew. */
    regenerate: boolean;
    /** Seats whose last answer failed or was stopped. */
    retry: Seat[];
    vote: boolean;
    /** Voting now would cut answers that still run. */
    early: boolean;
  };
  vote_token: string | null;
  reveal: Reveal | null;
  /** In the other modes, what was said with `rate`. */
  opinion: Opinion["opinion"] | null;
  /** The share that shows it, if there is one. */
  share: string | null;
};

/** One event of `GET /api/chats/:id/events` (SSE, one JSON text a `data:`). */
export type ChatEvent =
  /** First, and after every change that is not just more text. */
  | { type: "snapshot"; chat: ChatView }
  /** More text, at most 30 times a second. */
  | { type: "text"; pieces: { seat: Seat; answer: number; text: string; reasoning: string }[] };

export type NotReady = "no_models" | "one_model" | "api_down";

/** `GET /api/session` */
export type SessionView = {
  version: string;
  title: string;
  terms: { version: string; text: string };
  consented: boolean;
  admin: boolean;
  explorer: boolean;
  /** Those offered by name. */
  models: ModelInfo[];
  /** Why there can be no battle. */
  not_ready: NotReady | null;
  /** A battle of this session that waits for its vote. */
  open_battle: string | null;
  examples: string[];
  limits: { prompt_chars: number; turns: number; image_bytes: number };
  /** Whether battles take pictures. */
  vision: boolean;
};

/** The query of `/api/leaderboard` and `/api/leaderboard/plots`, and of the page's own address. */
export const BoardQuery = z.object({
  category: z.string().max(100).default("full"),
  language: z.string().max(100).optional(),
  style: z.enum(["0", "1"]).default("0"),
  /** Unix time, s. */
  since: z.coerce.number().optional(),
  until: z.coerce.number().optional(),
});
export type BoardQuery = z.infer<typeof BoardQuery>;

export type BoardModel = ModelInfo & { provisional: boolean; retired: boolean };

/** `GET /api/leaderboard`; `.csv` beside it. */
export type BoardView = {
  /** Unix time, ms. */
  updated_at: number;
  board: Leaderboard;
  models: Record<string, BoardModel>;
  /** Rank in the same battles with style control the other way round; and in the overall board. */
  other_style_rank: Record<string, number | null>;
  overall_rank: Record<string, number | null>;
  categories: { name: string; title: string; explanation: string; battles: number }[];
  languages: { name: string; battles: number }[];
  /** Reproduces the board from `/api/battles.jsonl`. */
  command: string;
};

/** (models, models), row by row; null: nothing to say. */
type Matrix = (number | null)[][];

/** `GET /api/leaderboard/plots` */
export type PlotsView = {
  /** By rank; the order of every list and matrix here. */
  models: string[];
  rows: LeaderboardRow[];
  /** Of those that named a winner: how often the row's model won. */
  win_fraction: Matrix;
  battle_count: Matrix;
  predicted: Matrix;
  average_win: (number | null)[];
  history: { time: number; ratings: (number | null)[] }[];
  style: StyleCoefficient[];
  /** How often each was shown in battles, voted or not, and drawn with which share. */
  sampling: { model: string; battles: number; share: number }[];
  price_output: (number | null)[];
};

/** `GET /api/battles`; `next` is the `before` of the next page. */
export const ExplorerQuery = z.object({
  model: z.string().max(512).optional(),
  rival: z.string().max(512).optional(),
  winner: z.enum(winners).optional(),
  category: z.string().max(100).optional(),
  language: z.string().max(100).optional(),
  text: z.string().max(200).optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type ExplorerQuery = z.infer<typeof ExplorerQuery>;

export type BattleSummary = {
  id: string;
  /** Unix time, ms. */
  at: number;
  model_a: string;
  model_b: string;
  winner: Winner;
  prompt: string;
  turns: number;
  language: string | null;
  tags: string[];
};
export type BattlePage = { battles: BattleSummary[]; next: number | null };

/** `GET /api/battles/:id`, and with `GET /api/shares/:id` what a share shows. */
export type BattleView = BattleSummary & {
  prompts: PromptView[];
  answers: { model: string; seat: Seat; texts: string[] }[];
};

export type ShareView = {
  id: string;
  mode: Mode;
  at: number;
  prompts: PromptView[];
  answers: { model: string | null; seat: Seat; texts: string[] }[];
  winner: Winner | null;
};

type Counts = { all: number; last_day: number; last_hour: number };

/** `GET /api/admin/overview`: FastChat's basic stats, and how the models do. */
export type AdminOverview = {
  days: { day: string; votes: number; chats: number }[];
  /** The last 24, oldest first. */
  hours: { hour: number; calls: number }[];
  actions: Record<string, Counts>;
  models: (Counts & {
    model: string;
    /** Of the last day; null: no answer. */
    ttft_ms: number | null;
    tokens_per_second: number | null;
    error_rate: number | null;
  })[];
};

export type QuarantinedBattle = BattleSummary & { voter: string; reason: string };
export type SuspectVoter = {
  voter: string;
  votes: number;
  e_value: number;
  /** Flagged by the test, or by hand. */
  flagged: boolean;
  quarantined: boolean;
};
/** `GET /api/admin/quarantine` */
export type AdminQuarantine = { battles: QuarantinedBattle[]; voters: SuspectVoter[] };

/** `GET /api/admin/reports` */
export type AdminReports = {
  reports: {
    id: number;
    at: number;
    chat: string;
    seat: Seat | null;
    reason: string;
    comment: string;
    closed: boolean;
  }[];
};

/** `GET /api/admin/models` */
export type AdminModels = {
  models: {
    model: string;
    live: boolean;
    weight: number;
    outage: boolean;
    anonymous_only: boolean;
    retired: boolean;
    /** The chance that a battle now would draw it. */
    share: number;
  }[];
};
