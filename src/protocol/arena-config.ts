/** @file The Arena's settings: the `arena:` section of `models.yaml`, with ranges and defaults. */
import { z } from "zod";

const Url = z.url({ protocol: /^https?$/, error: "must be a URL such as http://127.0.0.1:8000" });
const EnvName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable");
const Name = z.string().min(1).max(512);
/** Names with `*` for anything. */
const Patterns = z.array(Name).max(1000).default([]);

/** What the Arena knows and does about one model, by its name in the API. */
export const ArenaModel = z.strictObject({
  /** How often it is drawn beside the others, 1 being the usual; 0 never. */
  weight: z.number().min(0).max(1000).default(1),
  /** Known to be down: it is not drawn, and not offered. */
  outage: z.boolean().default(false),
  /** Met only in battles: it is not offered by name. */
  anonymous_only: z.boolean().default(false),
  /** Not part of the Arena at all. */
  hidden: z.boolean().default(false),
  /** No longer drawn; its rating stays, in the retired list. */
  retired: z.boolean().default(false),
  /** Rivals it meets more often than others: half of its battles, together. */
  targets: Patterns,
  /** The only rivals it may meet; empty: all. */
  strict_targets: Patterns,
  /** What battles send; the page's own choice applies elsewhere. */
  parameters: z
    .strictObject({
      temperature: z.number().min(0).max(2).optional(),
      top_p: z.number().gt(0).max(1).optional(),
      max_tokens: z.int().min(1).max(1_000_000).optional(),
    })
    .prefault({}),
  system_prompt: z.string().max(100_000).nullable().default(null),
  /** Whether it can see pictures; null: what the API's list of models says. */
  vision: z.boolean().nullable().default(null),
  organisation: z.string().max(200).nullable().default(null),
  licence: z.string().max(200).nullable().default(null),
  link: Url.nullable().default(null),
  /** US dollars per million tokens. */
  price_input: z.number().min(0).nullable().default(null),
  price_output: z.number().min(0).nullable().default(null),
  knowledge_cutoff: z.string().max(50).nullable().default(null),
});
export type ArenaModel = z.infer<typeof ArenaModel>;

const Moderation = z.strictObject({
  /** An endpoint that speaks OpenAI's `/v1/moderations`. */
  url: Url,
  api_key_env: EnvName.nullable().default(null),
  model: Name.nullable().default(null),
  timeout_ms: z.int().min(50).max(60_000).default(3000),
  /** What happens to a message when the endpoint does not answer. */
  on_failure: z.enum(["allow", "block"]).default("block"),
});

export const ArenaLimits = z.strictObject({
  prompt_chars: z.int().min(1).max(1_000_000).default(30_000),
  turns: z.int().min(1).max(1000).default(50),
  image_bytes: z.int().min(0).max(20_000_000).default(5_000_000),
  votes_per_session_hour: z.int().min(1).max(100_000).default(30),
  votes_per_address_hour: z.int().min(1).max(1_000_000).default(60),
  /** Messages sent, of all modes. */
  messages_per_session_hour: z.int().min(1).max(1_000_000).default(200),
  messages_per_address_hour: z.int().min(1).max(1_000_000).default(600),
  /** An answer is cut after this long. */
  answer_seconds: z.int().min(1).max(86_400).default(600),
});
export type ArenaLimits = z.infer<typeof ArenaLimits>;

const ArenaBoard = z.strictObject({
  /** With fewer battles a model's rating is called provisional. */
  provisional_below: z.int().min(0).max(1_000_000).default(30),
  /** Votes younger than this are not on the board yet. */
  delay_seconds: z.int().min(0).max(31_536_000).default(0),
  /** Votes of one voter that count in a day; null: all. */
  daily_cap: z.int().min(1).nullable().default(100),
  drop_anomalous: z.boolean().default(true),
  dedup: z.boolean().default(true),
  /** The boards offered beside the overall one, by name; null: every one that has battles. */
  categories: z.array(Name).max(100).nullable().default(null),
});

export const ArenaConfig = z.strictObject({
  title: z.string().min(1).max(80).default("FastChat Arena"),
  /** An OpenAI-compatible API, up to but without `/v1`; null: ours. */
  api_url: Url.nullable().default(null),
  api_key_env: EnvName.nullable().default(null),
  /** The variable that holds the key of the admin view; unset, a key is made and kept in data_dir. */
  admin_key_env: EnvName.default("FASTCHAT_ADMIN_KEY"),
  /** Markdown shown before the first prompt; null: our own words. */
  terms: z.string().min(1).max(50_000).nullable().default(null),
  /** Proxies whose X-Forwarded-For is believed: addresses or CIDR ranges. */
  trusted_proxies: z.array(z.string().min(2).max(50)).max(100).default([]),
  /** Who may look at battles of people who agreed to that. */
  explorer: z.enum(["everyone", "admin", "nobody"]).default("everyone"),
  /** Sampling parameters of models that have none of their own. */
  temperature: z.number().min(0).max(2).default(0.7),
  max_tokens: z.int().min(1).max(1_000_000).default(2000),
  models: z.record(Name, ArenaModel).default({}),
  limits: ArenaLimits.prefault({}),
  board: ArenaBoard.prefault({}),
  moderation: Moderation.nullable().default(null),
});
export type ArenaConfig = z.infer<typeof ArenaConfig>;
