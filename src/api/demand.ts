/** @file What a request asks of a worker, guessed from its body without a tokenizer. */
import { z } from "zod";
import type { Capability } from "../protocol/openai.ts";

const figure = z.number().optional().catch(undefined);

/** What one routes by, beside all the rest; the worker checks the whole and words its own errors. */
export const Routable = z.looseObject({
  model: z.string().min(1).max(512).optional(),
  /** What Ollama's older clients call it. */
  name: z.unknown().optional(),
  stream: z.unknown().optional(),
  max_completion_tokens: figure,
  max_tokens: figure,
  max_output_tokens: figure,
  n_predict: figure,
  n: figure,
  messages: z.unknown().optional(),
  prompt: z.unknown().optional(),
  raw: z.unknown().optional(),
  suffix: z.unknown().optional(),
  previous_response_id: z.unknown().optional(),
});
export type Routable = z.infer<typeof Routable>;

/** English text has about four bytes a token, JSON included. */
const bytesPerToken = 4;
const assumedAnswerTokens = 256;
const longestAnswerTokens = 4096;

export function promptTokens(bodyBytes: number): number {
  return Math.ceil(bodyBytes / bytesPerToken);
}

/** Tokens the answer is taken to have, all choices together. */
export function answerTokens(capability: Capability | null, body: Routable): number {
  if (capability !== "chat" && capability !== "completions") return 0;
  const limit = body.max_completion_tokens ?? body.max_tokens ?? body.max_output_tokens;
  const each = limit ?? body.n_predict ?? assumedAnswerTokens;
  return Math.max(0, Math.min(each * (body.n ?? 1), longestAnswerTokens));
}
