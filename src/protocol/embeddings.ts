/** @file Embedding requests with what vLLM and TEI let them say beyond OpenAI's fields. */
import { z } from "zod";
import { EmbeddingRequest } from "./openai.ts";

export const EmbeddingBody = EmbeddingRequest.extend({
  /** TEI's: an input that is too long loses its end; it is refused otherwise. */
  truncate: z.boolean().nullish(),
  /** vLLM's: tokens of an input at most; −1 is what the model reads. */
  truncate_prompt_tokens: z
    .int()
    .min(-1)
    .max(10_000_000)
    .refine((tokens) => tokens !== 0, "must be −1 or at least 1.")
    .nullish(),
});
export type EmbeddingBody = z.infer<typeof EmbeddingBody>;

/** The old route's, whose path names the model. */
export const EngineEmbeddingBody = EmbeddingBody.partial({ model: true });
