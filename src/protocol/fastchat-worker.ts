/**
 * @file What FastChat's model workers say on `/worker_*`, and what they are asked there.
 *
 * Source: `fastchat/serve/base_model_worker.py` of FastChat 0.2.36.
 */
import { z } from "zod";

/** The conversation template that a worker's prompts are made with. */
export const WorkerConversation = z.object({
  name: z.string(),
  system_template: z.string().catch("{system_message}"),
  system_message: z.string().catch(""),
  roles: z.array(z.string()).min(2),
  /** Of an example that every conversation begins with: role and text. */
  messages: z.array(z.tuple([z.string(), z.unknown()])).catch([]),
  offset: z.int().catch(0),
  /** The number of its separator style. */
  sep_style: z.int(),
  sep: z.string().nullish(),
  sep2: z.string().nullish(),
  stop_str: z.union([z.string(), z.array(z.string())]).nullish(),
  stop_token_ids: z.array(z.int()).nullish(),
});
export type WorkerConversation = z.infer<typeof WorkerConversation>;
export const WorkerConversationAnswer = z.object({ conv: WorkerConversation });

export const WorkerDetails = z.object({ context_length: z.int().positive() });
export const WorkerCount = z.object({ count: z.int().min(0) });

/** Base64 of little-endian float32, where that was asked for. */
export const WorkerEmbeddings = z.object({
  embedding: z.array(z.array(z.number())),
  token_num: z.int().catch(0),
});

const figures = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
});

/** One frame of an answer; its text is all that has been said so far. */
export const WorkerFrame = z.object({
  text: z.string(),
  error_code: z.int(),
  usage: z
    .object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) })
    .nullish()
    .catch(null),
  finish_reason: z.string().nullish().catch(null),
  /** Of all tokens so far; no worker fills `top_logprobs`. */
  logprobs: figures.nullish().catch(null),
});
export type WorkerFrame = z.infer<typeof WorkerFrame>;

/** What `/worker_generate_stream` is asked. */
export type WorkerQuestion = {
  model: string;
  prompt: string;
  temperature: number;
  top_p: number;
  top_k: number;
  repetition_penalty: number;
  presence_penalty: number;
  frequency_penalty: number;
  max_new_tokens: number;
  echo: boolean;
  stop: string[];
  stop_token_ids: number[];
  logprobs: number | null;
  images?: string[];
};

/** A list, a text, or none: FastChat takes all three. */
const Stop = z
  .union([z.string(), z.array(z.string())])
  .nullish()
  .transform((stop) => [stop ?? []].flat().filter((text) => text !== ""));

/**
 * The same as a worker reads it, with the defaults of `fastchat/serve/inference.py`. What else comes
 * (`n`, `best_of`, `use_beam_search`) changes nothing there either.
 */
export const WorkerGeneration = z.object({
  /** A worker of one model takes it for granted. */
  model: z.string().min(1).max(512).nullish(),
  prompt: z.string(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  /** −1: all. */
  top_k: z.int().nullish(),
  repetition_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  /** 0 or less: as many as there is room for. */
  max_new_tokens: z.int().nullish(),
  /** Whether the text begins with the prompt; by default it does. */
  echo: z.boolean().nullish(),
  stop: Stop,
  stop_token_ids: z.array(z.int()).nullish(),
  logprobs: z.union([z.int(), z.boolean()]).nullish(),
  seed: z.int().nullish(),
  images: z.array(z.unknown()).nullish(),
});
export type WorkerGeneration = z.infer<typeof WorkerGeneration>;

export const WorkerEmbedding = z.object({
  model: z.string().min(1).max(512).nullish(),
  input: z.union([z.string(), z.array(z.string())]),
  encoding_format: z.string().nullish(),
});
export type WorkerEmbedding = z.infer<typeof WorkerEmbedding>;

export const WorkerPrompt = z.object({
  model: z.string().min(1).max(512).nullish(),
  prompt: z.string(),
});
