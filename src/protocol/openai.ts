/**
 * @file The OpenAI API as we read and write it: requests as zod schemas (unknown fields are
 * dropped, wrong ones are refused by name), answers as types.
 */
import { z } from "zod";
import { SamplingFields } from "./sampling.ts";

/** OpenAI allows 128; each choice holds a slot, so one request may not take a whole worker. */
const maxChoices = 8;
const maxStops = 16;

const Stop = z
  .union([z.string().min(1).max(1024), z.array(z.string().min(1).max(1024)).max(maxStops)])
  .nullish()
  .transform((stop) => (stop == null ? [] : Array.isArray(stop) ? stop : [stop]));

const maxTokens = z.int().min(1).max(10_000_000).nullish();

const GenerationFields = {
  model: z.string().min(1).max(512),
  ...SamplingFields,
  stop: Stop,
  stop_token_ids: z.array(z.int().min(0)).max(64).nullish(),
  n: z.int().min(1).max(maxChoices).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  user: z.string().max(512).nullish(),
  prompt_cache_key: z.string().max(512).nullish(),
  /** `false` reads the prompt anew even where a slot already holds it. */
  cache_prompt: z.boolean().nullish(),
};

/** What we do not serve yet is refused by name where ignoring it would change the answer. */
const later = (isAbsent: (value: unknown) => boolean, what: string) =>
  z.optional(
    z
      .unknown()
      .refine((value) => value == null || isAbsent(value), `${what} is not supported yet.`),
  );

const plainText = z.object({ type: z.literal("text") });

const TextPart = z.object({ type: z.literal("text"), text: z.string() });
const ContentPart = z.discriminatedUnion("type", [
  TextPart,
  z.object({ type: z.literal("refusal"), refusal: z.string() }),
]);
const Content = z.union([z.string(), z.array(ContentPart).max(2048)]);

const ToolCall = z.object({
  id: z.string().max(256),
  type: z.literal("function").default("function"),
  function: z.object({
    name: z.string().min(1).max(256),
    arguments: z.string(),
  }),
});

const name = z.string().max(256).optional();

export const ChatMessage = z.discriminatedUnion("role", [
  z.object({ role: z.literal("system"), content: Content, name }),
  z.object({ role: z.literal("developer"), content: Content, name }),
  z.object({ role: z.literal("user"), content: Content, name }),
  z.object({
    role: z.literal("assistant"),
    content: Content.nullish(),
    reasoning_content: z.string().nullish(),
    tool_calls: z.array(ToolCall).max(128).nullish(),
    name,
  }),
  z.object({
    role: z.literal("tool"),
    content: Content,
    tool_call_id: z.string().max(256),
  }),
]);
export type ChatMessage = z.infer<typeof ChatMessage>;

export const Tool = z.object({
  type: z.literal("function"),
  function: z.object({
    name: z.string().min(1).max(256),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
});
export type Tool = z.infer<typeof Tool>;

/** The template variables a request may set; anything else could switch a template's own logic. */
export const ChatTemplateKwargs = z.strictObject({
  enable_thinking: z.boolean().optional(),
  reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high"]).optional(),
  thinking: z.boolean().optional(),
});
export type ChatTemplateKwargs = z.infer<typeof ChatTemplateKwargs>;

export const ChatRequest = z.object({
  ...GenerationFields,
  messages: z.array(ChatMessage).min(1).max(2048),
  max_tokens: maxTokens,
  max_completion_tokens: maxTokens,
  tools: z.array(Tool).max(128).nullish(),
  chat_template_kwargs: ChatTemplateKwargs.nullish(),
  add_generation_prompt: z.boolean().nullish(),
  continue_final_message: z.boolean().nullish(),
  logprobs: later((value) => value === false, "logprobs"),
  response_format: later(
    (value) => plainText.safeParse(value).success,
    "A response_format other than text",
  ),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

const TokenIds = z.array(z.int().min(0)).max(1_000_000);
const TextOrTokens = z.union([
  z.string(),
  z.array(z.string()).min(1).max(2048),
  TokenIds.min(1),
  z.array(TokenIds.min(1)).min(1).max(2048),
]);

/** One text or one list of token ids. */
export type TokensOrText = string | number[];

/** The four shapes that `prompt` and `input` may have, as a list. */
export function toList(value: z.infer<typeof TextOrTokens>): TokensOrText[] {
  if (typeof value === "string") return [value];
  if (typeof value[0] === "number") return [value as number[]];
  return value as TokensOrText[];
}

export const CompletionRequest = z.object({
  ...GenerationFields,
  prompt: TextOrTokens,
  max_tokens: maxTokens,
  echo: z.boolean().nullish(),
  logprobs: later((value) => value === false, "logprobs"),
  suffix: later((value) => value === "", "suffix"),
  best_of: later((value) => value === 1, "best_of above 1"),
});
export type CompletionRequest = z.infer<typeof CompletionRequest>;

export const EmbeddingRequest = z.object({
  model: z.string().min(1).max(512),
  input: TextOrTokens,
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.int().min(1).nullish(),
  user: z.string().max(512).nullish(),
});
export type EmbeddingRequest = z.infer<typeof EmbeddingRequest>;

export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter";

export type Usage = {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number };
};

/** Where a request's time went; ours, beside OpenAI's fields (llama-server's name for it). */
export type Timings = {
  queue_ms: number;
  /** Prompt tokens evaluated, without the cached ones. */
  prompt_n: number;
  prompt_ms: number;
  prompt_per_second: number;
  predicted_n: number;
  predicted_ms: number;
  predicted_per_second: number;
  cache_n: number;
};

export type ChatCompletion = {
  id: string;
  object: "chat.completion";
  created: number;
  model: string;
  choices: {
    index: number;
    message: { role: "assistant"; content: string | null; refusal: null };
    logprobs: null;
    finish_reason: FinishReason;
  }[];
  usage: Usage;
  timings: Timings;
};

export type TextCompletion = {
  id: string;
  object: "text_completion";
  created: number;
  model: string;
  choices: {
    index: number;
    text: string;
    logprobs: null;
    finish_reason: FinishReason;
  }[];
  usage: Usage;
  timings: Timings;
};

export type EmbeddingList = {
  object: "list";
  data: { object: "embedding"; index: number; embedding: number[] | string }[];
  model: string;
  usage: { prompt_tokens: number; total_tokens: number };
};

export type Model = {
  id: string;
  object: "model";
  created: number;
  owned_by: string;
  /** The id this one is another name for; null when it is the model's own. */
  parent: string | null;
  context_length: number;
  capabilities: Capability[];
};

export type ModelList = { object: "list"; data: Model[] };

export const capabilities = ["chat", "completions", "embeddings"] as const;
export type Capability = (typeof capabilities)[number];
