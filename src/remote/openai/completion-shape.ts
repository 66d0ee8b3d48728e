/**
 * @file Answers of OpenAI-compatible servers, whole or in chunks, as far as they are read. What is
 * odd in one of them is left out rather than refused: each server has its own oddities.
 *
 * Sources: vLLM's and SGLang's protocol.py, TGI's router/src/lib.rs, Mistral's API reference,
 * OpenRouter's on reasoning.
 */
import { z } from "zod";

const text = z.string().nullish().catch(null);
const tokens = z.number().nullish().catch(null);

const ToolCall = z.looseObject({
  index: z.int().min(0).nullish().catch(null),
  id: text,
  function: z
    .looseObject({ name: text, arguments: z.union([z.string(), z.looseObject({})]).nullish() })
    .nullish(),
});
/** TGI once sent the one call without a list. */
const ToolCalls = z.union([z.array(ToolCall), ToolCall.transform((call) => [call])]);

/** Mistral's thinking models answer in parts. */
const Part = z.looseObject({
  type: z.string(),
  text,
  thinking: z.array(z.looseObject({ text })).nullish().catch(null),
});
export type ContentPart = z.infer<typeof Part>;

/** A message, or what is new of one. */
const Delta = z.looseObject({
  content: z
    .union([z.string(), z.array(Part)])
    .nullish()
    .catch(null),
  reasoning_content: text,
  /** OpenRouter's, vLLM's and Ollama's name for it. */
  reasoning: text,
  refusal: text,
  tool_calls: ToolCalls.nullish().catch(null),
});
export type Delta = z.infer<typeof Delta>;

const Likelihood = z.looseObject({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.int()).nullish().catch(null),
});
const Logprobs = z.looseObject({
  content: z
    .array(Likelihood.extend({ top_logprobs: z.array(Likelihood).nullish().catch(null) }))
    .nullish(),
});
export type Likelihoods = z.infer<typeof Logprobs>;

/** The old completions' shape. */
const TextLogprobs = z.looseObject({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()).nullish().catch(null),
});
export type TextLikelihoods = z.infer<typeof TextLogprobs>;

const ending = {
  index: z.int().min(0).catch(0),
  finish_reason: text,
  /** vLLM's: the stop string; a number is a token. */
  stop_reason: text,
  /** SGLang's. */
  matched_stop: text,
};

const Usage = z.looseObject({
  prompt_tokens: tokens,
  completion_tokens: tokens,
  prompt_tokens_details: z.looseObject({ cached_tokens: tokens }).nullish().catch(null),
  completion_tokens_details: z.looseObject({ reasoning_tokens: tokens }).nullish().catch(null),
  /** DeepSeek's. */
  prompt_cache_hit_tokens: tokens,
});
export type Usage = z.infer<typeof Usage>;

export const ChatPiece = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        ...ending,
        delta: Delta.nullish().catch(null),
        message: Delta.nullish().catch(null),
        logprobs: Logprobs.nullish().catch(null),
      }),
    )
    .nullish()
    .catch(null),
  usage: Usage.nullish().catch(null),
});
export type ChatPiece = z.infer<typeof ChatPiece>;

export const TextPiece = z.looseObject({
  choices: z
    .array(z.looseObject({ ...ending, text, logprobs: TextLogprobs.nullish().catch(null) }))
    .nullish()
    .catch(null),
  usage: Usage.nullish().catch(null),
});
export type TextPiece = z.infer<typeof TextPiece>;

export const EmbeddingAnswer = z.looseObject({
  data: z.array(
    z.looseObject({
      index: z.int().min(0).nullish(),
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  usage: Usage.nullish().catch(null),
});
