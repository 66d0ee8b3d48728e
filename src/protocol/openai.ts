/**
 * @file The OpenAI API as we read and write it: requests as zod schemas (unknown fields are
 * dropped, wrong ones are refused by name), answers as types.
 */
import { z } from "zod";
import { LoraField } from "./lora.ts";
import { maxPictures, picturesIn, tooMany } from "./picture-parts.ts";
import { refused } from "./refused-field.ts";
import { SamplingFields } from "./sampling.ts";
import { StructuredOutputFields } from "./structured-output.ts";
import { unknownKind } from "./unknown-kind.ts";
import type { UpstreamFacts } from "./upstream.ts";

/** OpenAI's own limit; choices past the free slots wait for one. */
const maxChoices = 128;
const maxStops = 16;

const Stop = z
  .union([z.string().min(1).max(1024), z.array(z.string().min(1).max(1024)).max(maxStops)])
  .nullish()
  .transform((stop) => (stop == null ? [] : Array.isArray(stop) ? stop : [stop]));

const maxTokens = z.int().min(1).max(10_000_000).nullish();

/** Taken as they come, so that clients which send them work; they change no answer of ours. */
export const EffectlessFields = {
  metadata: z.record(z.string().max(64), z.unknown()).nullish(),
  store: z.boolean().nullish(),
  user: z.string().max(512).nullish(),
  safety_identifier: z.string().max(512).nullish(),
  prompt_cache_key: z.string().max(512).nullish(),
  prompt_cache_retention: z.string().max(64).nullish(),
  service_tier: z.string().max(64).nullish(),
  verbosity: z.enum(["low", "medium", "high"]).nullish(),
  /** What the answer will probably be: it would make ours faster, not different. */
  prediction: z.unknown().optional(),
};

const GenerationFields = {
  model: z.string().min(1).max(512),
  ...SamplingFields,
  ...StructuredOutputFields,
  ...EffectlessFields,
  stop: Stop,
  stop_token_ids: z.array(z.int().min(0)).max(64).nullish(),
  n: z.int().min(1).max(maxChoices).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .object({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() })
    .nullish(),
  /** `false` reads the prompt anew even where a slot already holds it. */
  cache_prompt: z.boolean().nullish(),
  /** Streams how far the prompt has been read, before the first token. */
  return_progress: z.boolean().nullish(),
  /** False drafts nothing. */
  speculative: z.boolean().nullish(),
  /** llama-server's name for the most tokens of a draft. */
  "speculative.n_max": z.int().min(0).max(1024).nullish(),
  /** Puts `timings` into every chunk, not only into the last. */
  timings_per_token: z.boolean().nullish(),
  /** llama-server's: these adapters and no others. */
  lora: LoraField,
};

const TextPart = z.object({ type: z.literal("text"), text: z.string() });
const RefusalPart = z.object({ type: z.literal("refusal"), refusal: z.string() });
const Content = z.union([
  z.string(),
  z
    .array(
      z.discriminatedUnion(
        "type",
        [TextPart, RefusalPart],
        unknownKind(
          (type) => `Content of type '${type}' cannot be read: here there may be text alone.`,
        ),
      ),
    )
    .max(2048),
]);

/** A picture; what its URL may be is said by who fetches it. Some clients send the URL bare. */
const PicturePart = z.object({
  type: z.literal("image_url"),
  image_url: z
    .union([
      z.string().min(1),
      z.object({ url: z.string().min(1), detail: z.string().max(32).nullish() }),
    ])
    .transform((shown) => (typeof shown === "string" ? { url: shown } : shown)),
});
const UserContent = z.union([
  z.string(),
  z
    .array(
      z.discriminatedUnion(
        "type",
        [TextPart, RefusalPart, PicturePart],
        unknownKind((type) => `Content of type '${type}' cannot be read: send text or image_url.`),
      ),
    )
    .max(2048),
]);

export const ToolCall = z.object({
  id: z.string().max(256),
  type: z.literal("function").default("function"),
  function: z.object({
    name: z.string().min(1).max(256),
    arguments: z.string(),
  }),
});

export type ToolCall = z.infer<typeof ToolCall>;

const name = z.string().max(256).optional();

export const ChatMessage = z.discriminatedUnion("role", [
  z.object({ role: z.literal("system"), content: Content, name }),
  z.object({ role: z.literal("developer"), content: Content, name }),
  z.object({ role: z.literal("user"), content: UserContent, name }),
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

const ChatMessages = z
  .array(ChatMessage)
  .min(1)
  .max(2048)
  .refine((messages) => picturesIn(messages).length <= maxPictures, tooMany);

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

export const reasoningEfforts = ["none", "minimal", "low", "medium", "high", "xhigh"] as const;
const ReasoningEffort = z.enum(reasoningEfforts);

/** The template variables a request may set; anything else could switch a template's own logic. */
export const ChatTemplateKwargs = z.strictObject({
  enable_thinking: z.boolean().optional(),
  reasoning_effort: ReasoningEffort.optional(),
  thinking: z.boolean().optional(),
});
export type ChatTemplateKwargs = z.infer<typeof ChatTemplateKwargs>;

const thoughtTokens = z.int().min(-1).max(10_000_000).nullish();

const NamedFunction = z.object({
  type: z.literal("function"),
  function: z.object({ name: z.string().min(1).max(256) }),
});

const ToolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  NamedFunction,
  z.object({
    type: z.literal("allowed_tools"),
    allowed_tools: z.object({
      mode: z.enum(["auto", "required"]),
      tools: z.array(NamedFunction).min(1).max(128),
    }),
  }),
]);
type ToolChoice = z.infer<typeof ToolChoice>;

export const ChatRequest = z
  .object({
    ...GenerationFields,
    messages: ChatMessages,
    max_tokens: maxTokens,
    max_completion_tokens: maxTokens,
    tools: z.array(Tool).max(128).nullish(),
    tool_choice: ToolChoice.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    reasoning_effort: ReasoningEffort.nullish(),
    /** The nested form that Open WebUI and OpenRouter send. */
    reasoning: z
      .object({
        effort: ReasoningEffort.nullish(),
        max_tokens: thoughtTokens,
        enabled: z.boolean().nullish(),
      })
      .nullish(),
    /** Tokens a thought may have; −1 is no limit, 0 no thought. */
    thinking_budget_tokens: thoughtTokens,
    /** llama-server's name for it. */
    reasoning_budget: thoughtTokens,
    /** `none` leaves thoughts in the content, as the model wrote them. */
    reasoning_format: z.enum(["auto", "none", "deepseek"]).nullish(),
    chat_template_kwargs: ChatTemplateKwargs.nullish(),
    add_generation_prompt: z.boolean().nullish(),
    continue_final_message: z.boolean().nullish(),
    modalities: refused(
      "This server answers with text alone.",
      (value) => Array.isArray(value) && value.every((one) => one === "text"),
    ),
    audio: refused("This server answers with text alone.", () => false),
    functions: refused("functions is OpenAI's old name; send them as tools."),
    function_call: refused(
      "function_call is OpenAI's old name; send tool_choice.",
      (value) => value === "none" || value === "auto",
    ),
    web_search_options: refused("This server does not search the web."),
    chat_template: refused("The template is the server's; it cannot be sent.", () => false),
  })
  .refine(({ logprobs, top_logprobs }) => !top_logprobs || logprobs === true, {
    path: ["top_logprobs"],
    error: "top_logprobs needs logprobs to be true.",
  })
  .refine(({ tools, tool_choice }) => tools?.length || !needsTools(tool_choice), {
    path: ["tool_choice"],
    error: "tool_choice asks for a tool, but tools names none.",
  });
export type ChatRequest = z.infer<typeof ChatRequest>;
/** As a client may send it: what has a default may be left out. */
export type ChatRequestInput = z.input<typeof ChatRequest>;

function needsTools(choice: ToolChoice | null | undefined): boolean {
  return choice != null && choice !== "none" && choice !== "auto";
}

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

export const CompletionRequest = z
  .object({
    ...GenerationFields,
    prompt: TextOrTokens,
    /** 0 is for `echo`: the prompt alone, with its log-probabilities. */
    max_tokens: z.int().min(0).max(10_000_000).nullish(),
    echo: z.boolean().nullish(),
    /** How many alternatives each token is told with; vLLM's clients send `true` for 1. */
    logprobs: z
      .union([z.int().min(0).max(20), z.boolean()])
      .nullish()
      .transform((value) => (typeof value === "boolean" ? (value ? 1 : null) : (value ?? null))),
    suffix: z.string().nullish(),
    best_of: z.int().min(1).max(maxChoices).nullish(),
  })
  .refine(({ best_of, n }) => best_of == null || best_of >= (n ?? 1), {
    path: ["best_of"],
    error: "best_of must be at least n.",
  })
  .refine(({ best_of, n, stream }) => !stream || best_of == null || best_of === (n ?? 1), {
    path: ["best_of"],
    error: "The best answers are known when all are complete: best_of above n cannot be streamed.",
  })
  .refine(({ max_tokens, echo }) => max_tokens !== 0 || echo === true, {
    path: ["max_tokens"],
    error: "max_tokens 0 needs echo to be true.",
  })
  .refine(({ suffix, echo }) => !suffix || !echo, {
    path: ["suffix"],
    error: "suffix and echo do not go together.",
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
  completion_tokens_details: {
    reasoning_tokens: number;
    /** Drafted tokens that became part of the answer, and those that did not; where any were. */
    accepted_prediction_tokens?: number;
    rejected_prediction_tokens?: number;
  };
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
  /** Tokens that were drafted, and those of them that were picked; where any were. */
  draft_n?: number;
  draft_n_accepted?: number;
};

type AssistantMessage = {
  role: "assistant";
  content: string | null;
  refusal: null;
  reasoning_content?: string;
  tool_calls?: ToolCall[];
};

type Logprob = { token: string; logprob: number; bytes: number[] };
export type ChatLogprobs = { content: (Logprob & { top_logprobs: Logprob[] })[]; refusal: null };

/** The shape of plain completions: one entry a token in each list. */
export type LegacyLogprobs = {
  tokens: string[];
  /** Null for a prompt's first token, which nothing stands before. */
  token_logprobs: (number | null)[];
  top_logprobs: (Record<string, number> | null)[];
  /** Characters of the text before the token. */
  text_offset: number[];
};

export type ChatCompletion = {
  id: string;
  object: "chat.completion";
  created: number;
  model: string;
  choices: {
    index: number;
    message: AssistantMessage;
    logprobs: ChatLogprobs | null;
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
    logprobs: LegacyLogprobs | null;
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
  /** The id this one is another name for, or the base of; null when it is the model's own. */
  parent: string | null;
  /** The LoRA adapter that it is answered with; ours. */
  adapter?: string;
  context_length: number;
  capabilities: Capability[];
  /** The kind of server that answers in the worker's place; ours, beside OpenAI's fields. */
  upstream?: UpstreamFacts;
};

export type ModelList = { object: "list"; data: Model[] };

/** `vision`: messages may have pictures. */
export const capabilities = ["chat", "completions", "embeddings", "rerank", "vision"] as const;
export type Capability = (typeof capabilities)[number];
