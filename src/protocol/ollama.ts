/**
 * @file Ollama's native API as we read and write it. Settings of the machine (`num_ctx`,
 * `keep_alive`) are dropped, as unknown fields are; what would change the answer is refused by name.
 */
import { z } from "zod";
import { refused } from "./refused-field.ts";

/** Negative: as many as there is room for. */
const tokens = z.int().min(-2).max(10_000_000).nullish();

/** Null where there is none: of a message that only calls. */
const text = z
  .string()
  .nullish()
  .transform((text) => text ?? "");

/** Checked once more, more closely, where they become a chat request's. */
export const OllamaOptions = z.object({
  num_predict: tokens,
  seed: z.int().nullish(),
  temperature: z.number().nullish(),
  top_k: z.int().nullish(),
  top_p: z.number().nullish(),
  min_p: z.number().nullish(),
  typical_p: z.number().nullish(),
  repeat_last_n: z.int().nullish(),
  repeat_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  mirostat: z.literal([0, 1, 2]).nullish(),
  mirostat_tau: z.number().nullish(),
  mirostat_eta: z.number().nullish(),
  stop: z
    .union([z.string(), z.array(z.string())])
    .nullish()
    .transform((stop) => (stop == null ? [] : [stop].flat().filter((one) => one !== ""))),
});
export type OllamaOptions = z.infer<typeof OllamaOptions>;

/** Base64 without any word on what kind of picture it is. */
const images = z.array(z.string().min(1)).max(100).nullish();

const commonFields = {
  model: z.string().min(1).max(512),
  stream: z.boolean().nullish(),
  /** `json`, a JSON Schema, or empty. */
  format: z.union([z.enum(["json", ""]), z.record(z.string(), z.unknown())]).nullish(),
  think: z.union([z.boolean(), z.enum(["low", "medium", "high", "max"])]).nullish(),
  options: OllamaOptions.nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
};

const ToolCall = z.object({
  id: z.string().max(256).nullish(),
  function: z.object({
    name: z.string().min(1).max(256),
    arguments: z.record(z.string(), z.unknown()).nullish(),
  }),
});
export type OllamaToolCall = z.infer<typeof ToolCall>;

export const OllamaMessage = z
  .object({
    role: z.enum(["system", "user", "assistant", "tool"]),
    content: text,
    thinking: z.string().nullish(),
    tool_calls: z.array(ToolCall).max(128).nullish(),
    tool_name: z.string().max(256).nullish(),
    tool_call_id: z.string().max(256).nullish(),
    images,
  })
  .refine(({ role, images }) => role === "user" || !images?.length, {
    path: ["images"],
    error: "Only a user's message may have pictures.",
  });
export type OllamaMessage = z.infer<typeof OllamaMessage>;

const OllamaTool = z.object({
  type: z.literal("function").default("function"),
  function: z.object({
    name: z.string().min(1).max(256),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

export const OllamaChatRequest = z.object({
  ...commonFields,
  messages: z
    .array(OllamaMessage)
    .max(2048)
    .nullish()
    .transform((messages) => messages ?? []),
  tools: z.array(OllamaTool).max(128).nullish(),
});
export type OllamaChatRequest = z.infer<typeof OllamaChatRequest>;

export const OllamaGenerateRequest = z
  .object({
    ...commonFields,
    prompt: text,
    suffix: z.string().nullish(),
    system: z.string().nullish(),
    raw: z.boolean().nullish(),
    images,
    template: refused("The template is the server's; send raw with a prompt of your own."),
    context: refused("A context cannot be sent; send the conversation to /api/chat."),
  })
  .refine(({ images, raw, suffix }) => !images?.length || (!raw && !suffix), {
    path: ["images"],
    error: "Pictures go with a prompt that is neither raw nor has a suffix.",
  });
export type OllamaGenerateRequest = z.infer<typeof OllamaGenerateRequest>;

export const OllamaEmbedRequest = z.object({
  model: z.string().min(1).max(512),
  input: z.union([z.string(), z.array(z.string()).min(1).max(2048)]),
  dimensions: z.int().min(1).nullish(),
  truncate: z.boolean().nullish(),
});

export const OllamaEmbeddingsRequest = z.object({
  model: z.string().min(1).max(512),
  prompt: z.string(),
});

/** Older clients say `name`. */
export const OllamaShowRequest = z
  .object({ model: z.string().max(512).nullish(), name: z.string().max(512).nullish() })
  .transform(({ model, name }) => ({ model: model || name || "" }))
  .refine(({ model }) => model !== "", { path: ["model"], error: "Name the model." });

export type OllamaDetails = {
  parent_model: string;
  format: string;
  family: string;
  families: string[];
  parameter_size: string;
  quantization_level: string;
};

export type OllamaModel = {
  name: string;
  model: string;
  modified_at: string;
  /** Bytes. */
  size: number;
  digest: string;
  details: OllamaDetails;
};

/** Durations in ns. */
export type OllamaFigures = {
  total_duration: number;
  load_duration: number;
  prompt_eval_count: number;
  prompt_eval_duration: number;
  eval_count: number;
  eval_duration: number;
};
