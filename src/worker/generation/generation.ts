/** @file A request's wishes as the engine takes them, with the model's own defaults for the rest. */
import { randomInt } from "node:crypto";
import type { Generation } from "../../engine/messages.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { type Sampling, samplingDefaults } from "../../llama/sampler.ts";
import type { Vocab } from "../../llama/vocab.ts";
import type { SamplingRequest } from "../../protocol/sampling.ts";

/** What chat and completion requests have in common. */
export type GenerationRequest = SamplingRequest & {
  n?: number | null | undefined;
  stop: string[];
  stop_token_ids?: number[] | null | undefined;
  cache_prompt?: boolean | null | undefined;
  return_progress?: boolean | null | undefined;
  timings_per_token?: boolean | null | undefined;
  speculative?: boolean | null | undefined;
  "speculative.n_max"?: number | null | undefined;
};

/** What of a generation the request's fields do not say by themselves. */
export type Prompt = Pick<
  Generation,
  | "tokens"
  | "maxTokens"
  | "trimStart"
  | "prefixes"
  | "adapters"
  | "grammar"
  | "visible"
  | "thought"
  | "logprobs"
  | "promptLogprobs"
> & {
  /** Stop strings and tokens that the chat format itself needs. */
  stops: readonly string[];
  stopTokens: readonly number[];
};

/** @param recommended Sampling that the model's file asks for, by the names of a request's fields. */
export function toGeneration(
  request: GenerationRequest,
  { stops, stopTokens, ...prompt }: Prompt,
  recommended: SamplingRequest,
  vocab: Vocab,
): Generation {
  const { cache_prompt: cachePrompt, seed } = request;
  // A cached beginning changes the shape of the batch, and with it the last digits of the logits.
  const mayUseCache = cachePrompt ?? seed == null;
  return {
    ...prompt,
    choices: request.n ?? 1,
    minTokens: request.min_tokens ?? 0,
    stops: [...request.stop, ...stops],
    stopTokens: [...(request.stop_token_ids ?? []), ...stopTokens],
    ignoreEnd: request.ignore_eos ?? false,
    sampling: toSampling({ ...recommended, ...withoutNulls(request) }, vocab),
    cachePrompt: mayUseCache && !prompt.promptLogprobs,
    progress: request.return_progress ?? false,
    timingsPerToken: request.timings_per_token ?? false,
    draftMax: request.speculative === false ? 0 : (request["speculative.n_max"] ?? null),
  };
}

function toSampling(request: SamplingRequest, vocab: Vocab): Sampling {
  const d = samplingDefaults;
  return {
    temperature: request.temperature ?? d.temperature,
    topK: request.top_k ?? d.topK,
    topP: request.top_p ?? d.topP,
    minP: request.min_p ?? d.minP,
    typicalP: request.typical_p ?? d.typicalP,
    topNSigma: request.top_n_sigma ?? d.topNSigma,
    xtcProbability: request.xtc_probability ?? d.xtcProbability,
    xtcThreshold: request.xtc_threshold ?? d.xtcThreshold,
    dynamicTemperatureRange: request.dynatemp_range ?? d.dynamicTemperatureRange,
    dynamicTemperatureExponent: request.dynatemp_exponent ?? d.dynamicTemperatureExponent,
    frequencyPenalty: request.frequency_penalty ?? d.frequencyPenalty,
    presencePenalty: request.presence_penalty ?? d.presencePenalty,
    repeatPenalty: request.repeat_penalty ?? request.repetition_penalty ?? d.repeatPenalty,
    repeatLastN: request.repeat_last_n ?? d.repeatLastN,
    dryMultiplier: request.dry_multiplier ?? d.dryMultiplier,
    dryBase: request.dry_base ?? d.dryBase,
    dryAllowedLength: request.dry_allowed_length ?? d.dryAllowedLength,
    dryLastN: request.dry_penalty_last_n ?? d.dryLastN,
    drySequenceBreakers: request.dry_sequence_breakers ?? d.drySequenceBreakers,
    mirostat: request.mirostat ?? d.mirostat,
    mirostatTau: request.mirostat_tau ?? d.mirostatTau,
    mirostatEta: request.mirostat_eta ?? d.mirostatEta,
    samplers: request.samplers ?? d.samplers,
    minKeep: request.min_keep ?? d.minKeep,
    logitBias: toBiases(request.logit_bias ?? {}, vocab),
    seed: toSeed(request.seed),
  };
}

/** Any integer is a seed; without one each request draws its own. */
function toSeed(seed: number | null | undefined): number {
  return seed == null || seed === -1
    ? randomInt(2 ** 32 - 1)
    : Number(BigInt.asUintN(32, BigInt(seed)));
}

/** Each costs time with every token; a text is all its tokens. */
const mostBiases = 4096;

function toBiases(biases: Record<string, number | false>, vocab: Vocab): [number, number][] {
  const pairs = Object.entries(biases).flatMap((entry) => toBias(entry, vocab));
  if (pairs.length <= mostBiases) return pairs;
  throw new InvalidRequestError(
    `logit_bias names ${pairs.length} tokens; at most ${mostBiases} can be biased.`,
    "logit_bias",
  );
}

/** A key is a token id, as OpenAI has it, or a text whose tokens are all meant. */
function toBias([key, value]: [string, number | false], vocab: Vocab): [number, number][] {
  const bias = value === false ? -Infinity : value;
  if (!/^-?\d+$/.test(key)) return vocab.tokenize(key, false).map((token) => [token, bias]);
  const token = Number(key);
  if (token >= 0 && token < vocab.size) return [[token, bias]];
  throw new InvalidRequestError(
    `Token ${key} is not in the model's vocabulary of ${vocab.size}.`,
    "logit_bias",
  );
}

function withoutNulls<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as T;
}
