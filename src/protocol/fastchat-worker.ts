/**
 * @file What FastChat's model workers are asked, and what they answer.
 *
 * Source: `fastchat/serve/base_model_worker.py` of FastChat 0.2.36.
 */
import { z } from "zod";

/** A worker of one model takes it for granted. */
const modelName = z.string().min(1).max(512).nullish();

/** Asked at `/worker_generate_stream` and `/worker_generate`, as we write it. */
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
export const WorkerGenerationQuestion = z.object({
  model: modelName,
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
export type WorkerGenerationQuestion = z.infer<typeof WorkerGenerationQuestion>;

/** Asked at `/worker_get_embeddings`. */
export const WorkerEmbeddingQuestion = z.object({
  model: modelName,
  input: z.union([z.string(), z.array(z.string())]),
  /** `base64`: of little-endian float32. */
  encoding_format: z.string().nullish(),
});
export type WorkerEmbeddingQuestion = z.infer<typeof WorkerEmbeddingQuestion>;

/** Asked at `/count_token`. */
export const WorkerCountQuestion = z.object({
  model: modelName,
  prompt: z.string(),
});

const figures = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
});

/** Answered at `/worker_generate_stream`, frame by frame: a frame's text is all that was said so far. */
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

/** Answered at `/worker_get_embeddings`. */
export const WorkerEmbeddingAnswer = z.object({
  embedding: z.array(z.array(z.number())),
  token_num: z.int().catch(0),
});

/** Asked at `/worker_get_conv_template` and `/model_details`. */
export const WorkerModelQuestion = z.object({ model: modelName });

/** Answered at `/count_token`. */
export const WorkerCountAnswer = z.object({ count: z.int().min(0) });

/** Answered at `/model_details`. */
export const WorkerDetailsAnswer = z.object({ context_length: z.int().positive() });

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

/** Answered at `/worker_get_conv_template`. */
export const WorkerConversationAnswer = z.object({ conv: WorkerConversation });
