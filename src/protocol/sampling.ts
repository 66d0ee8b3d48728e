/**
 * @file How the next token is picked, as a request may say it: OpenAI's parameters and the ones
 * that llama-server, vLLM and FastChat added. Every field is optional; the model's own defaults
 * (its GGUF file, then llama.cpp's) fill the gaps.
 */
import { z } from "zod";

const probability = z.number().min(0).max(1);

const maxBiases = 4096;

/** Token id or text → bias in −100…100, or `false` for "never". */
const LogitBias = z
  .record(z.string().max(256), z.union([z.number().min(-100).max(100), z.literal(false)]))
  .refine((biases) => Object.keys(biases).length <= maxBiases, `At most ${maxBiases} biases.`);

/** Truncating samplers in llama.cpp's order. */
export const samplerNames = [
  "penalties",
  "dry",
  "top_n_sigma",
  "top_k",
  "typ_p",
  "top_p",
  "min_p",
  "xtc",
  "temperature",
] as const;
export type SamplerName = (typeof samplerNames)[number];

export const SamplingFields = {
  temperature: z.number().min(0).max(2).nullish(),
  top_p: probability.nullish(),
  /** ≤ 0 keeps every token (FastChat and vLLM say −1, llama-server 0). */
  top_k: z.int().min(-1).max(1_000_000).nullish(),
  min_p: probability.nullish(),
  typical_p: probability.nullish(),
  top_n_sigma: z.number().min(-1).max(100).nullish(),
  xtc_probability: probability.nullish(),
  xtc_threshold: probability.nullish(),
  dynatemp_range: z.number().min(0).max(10).nullish(),
  dynatemp_exponent: z.number().min(0).max(100).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  repeat_penalty: z.number().gt(0).max(10).nullish(),
  /** vLLM's and FastChat's name for `repeat_penalty`. */
  repetition_penalty: z.number().gt(0).max(10).nullish(),
  /** Tokens that penalties look back on; −1 is the whole context. */
  repeat_last_n: z.int().min(-1).max(1_000_000).nullish(),
  dry_multiplier: z.number().min(0).max(100).nullish(),
  dry_base: z.number().min(1).max(100).nullish(),
  dry_allowed_length: z.int().min(0).max(1000).nullish(),
  dry_penalty_last_n: z.int().min(-1).max(1_000_000).nullish(),
  dry_sequence_breakers: z.array(z.string().min(1).max(64)).max(32).nullish(),
  mirostat: z.literal([0, 1, 2]).nullish(),
  mirostat_tau: z.number().min(0).max(100).nullish(),
  mirostat_eta: z.number().min(0).max(1).nullish(),
  /** Order of the truncating samplers; left-out ones are not applied. */
  samplers: z.array(z.enum(samplerNames)).max(samplerNames.length).nullish(),
  min_keep: z.int().min(0).max(1000).nullish(),
  logit_bias: LogitBias.nullish(),
  seed: z.int().nullish(),
  ignore_eos: z.boolean().nullish(),
  min_tokens: z.int().min(0).max(1_000_000).nullish(),
};

export const SamplingRequest = z.object(SamplingFields).partial();
export type SamplingRequest = z.infer<typeof SamplingRequest>;
