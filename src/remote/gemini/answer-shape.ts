/**
 * @file Answers of Gemini, whole or in chunks, as far as they are read.
 *
 * Source: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
 */
import { z } from "zod";

const text = z.string().nullish().catch(null);
const tokens = z.number().nullish().catch(null);

const Part = z.looseObject({
  text,
  /** The text is a thought. */
  thought: z.boolean().nullish().catch(null),
  /** Of the thought behind a call. */
  thoughtSignature: text,
  functionCall: z
    .looseObject({ id: text, name: z.string().min(1), args: z.looseObject({}).nullish() })
    .nullish(),
});

const Likely = z.looseObject({
  token: z.string(),
  tokenId: z.int().nullish().catch(null),
  logProbability: z.number(),
});
export type Likely = z.infer<typeof Likely>;

const LogprobsResult = z.looseObject({
  chosenCandidates: z.array(Likely).nullish(),
  /** One for each of the chosen, best first. */
  topCandidates: z.array(z.looseObject({ candidates: z.array(Likely).nullish() })).nullish(),
});
export type LogprobsResult = z.infer<typeof LogprobsResult>;

const Candidate = z.looseObject({
  /** Left out where it is 0. */
  index: z.int().min(0).nullish().catch(null),
  content: z.looseObject({ parts: z.array(Part).nullish() }).nullish(),
  finishReason: text,
  finishMessage: text,
  logprobsResult: LogprobsResult.nullish().catch(null),
});
export type Candidate = z.infer<typeof Candidate>;

const UsageMetadata = z.looseObject({
  promptTokenCount: tokens,
  candidatesTokenCount: tokens,
  /** Not among the candidates' tokens. */
  thoughtsTokenCount: tokens,
  cachedContentTokenCount: tokens,
});
export type UsageMetadata = z.infer<typeof UsageMetadata>;

export const GenerateAnswer = z.looseObject({
  candidates: z.array(Candidate).nullish(),
  promptFeedback: z.looseObject({ blockReason: text }).nullish().catch(null),
  usageMetadata: UsageMetadata.nullish().catch(null),
});
export type GenerateAnswer = z.infer<typeof GenerateAnswer>;

export const CountAnswer = z.looseObject({ totalTokens: z.int().min(0).default(0) });

export const EmbedAnswer = z.looseObject({
  embeddings: z.array(z.looseObject({ values: z.array(z.number()) })),
  usageMetadata: UsageMetadata.nullish().catch(null),
});
