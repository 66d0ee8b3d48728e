/**
 * @file llama-server's `/infill`, which editors' plugins speak: a text with a hole in it in, what
 * belongs there out.
 */
import { z } from "zod";
import { CompletionRequest, type Timings } from "./openai.ts";
import { type SamplerName, SamplingFields, samplerNames } from "./sampling.ts";

const {
  stop,
  stop_token_ids: stopTokenIds,
  stream,
  cache_prompt: cachePrompt,
  return_progress: returnProgress,
  timings_per_token: timingsPerToken,
  lora,
  grammar,
  json_schema: jsonSchema,
} = CompletionRequest.shape;

/** −1 is as many as fit, 0 reads the text and no more: editors warm the cache with it. */
const tokens = z.int().min(-1).max(10_000_000).nullish();

export const InfillRequest = z.object({
  ...SamplingFields,
  /** Samplers that we do not have (`infill` is one) are left out, as in llama-server. */
  samplers: z
    .array(z.string().max(64))
    .max(32)
    .nullish()
    .transform((names) => names?.filter((name): name is SamplerName => isSampler(name))),
  stop,
  stop_token_ids: stopTokenIds,
  stream,
  cache_prompt: cachePrompt,
  return_progress: returnProgress,
  timings_per_token: timingsPerToken,
  lora,
  grammar,
  json_schema: jsonSchema,
  /** A worker has one model, so its name may be left out. */
  model: z.string().min(1).max(512).nullish(),
  input_prefix: z.string(),
  input_suffix: z.string(),
  /** Parts of other files; the first are left out where not all of them fit. */
  input_extra: z
    .array(z.object({ filename: z.string().max(4096).default("tmp"), text: z.string() }))
    .max(1024)
    .nullish(),
  /** The beginning of what belongs into the hole. */
  prompt: z.string().nullish(),
  n_predict: tokens,
  max_tokens: tokens,
  /** Alternatives that each token is told with. */
  n_probs: z.int().min(0).max(20).nullish(),
  return_tokens: z.boolean().nullish(),
  /** Paths like `timings/prompt_n`: the answer has these alone then. */
  response_fields: z.array(z.string().max(256)).max(64).nullish(),
});
export type InfillRequest = z.infer<typeof InfillRequest>;

function isSampler(name: string): boolean {
  return (samplerNames as readonly string[]).includes(name);
}

type Likelihood = { id: number; token: string; bytes: number[]; logprob: number };

/** A piece of a stream, or the beginning of a whole answer. */
export type LlamaPiece = {
  index: number;
  content: string;
  tokens: number[];
  stop: boolean;
  id_slot: number;
  tokens_predicted: number;
  tokens_evaluated: number;
  completion_probabilities?: (Likelihood & { top_logprobs: Likelihood[] })[];
  prompt_progress?: { total: number; cache: number; processed: number; time_ms: number };
};

/** A whole answer, or the last event of a stream, whose content is empty. */
export type LlamaCompletion = LlamaPiece & {
  model: string;
  stop: true;
  stop_type: "eos" | "word" | "limit";
  stopping_word: string;
  has_new_line: boolean;
  truncated: boolean;
  tokens_cached: number;
  timings: Timings & { prompt_per_token_ms: number; predicted_per_token_ms: number };
};
