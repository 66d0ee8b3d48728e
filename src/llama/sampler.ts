/**
 * @file Builds the chain that picks a token: biases, penalties, truncation, then a seeded draw.
 *
 * The order of the truncating samplers is llama.cpp's own unless the request names one.
 * Source: common/sampling.cpp of llama.cpp v0.5.0.
 */
import { type SamplerName, samplerNames } from "../protocol/sampling.ts";
import type { Candidates } from "./candidates.ts";
import type { Context } from "./context.ts";
import type { Native } from "./native.ts";
import type { Pointer } from "./structs.ts";
import type { Vocab } from "./vocab.ts";

/** Everything that decides which token comes next; `samplingDefaults` fills what is not said. */
export type Sampling = {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  typicalP: number;
  topNSigma: number;
  xtcProbability: number;
  xtcThreshold: number;
  dynamicTemperatureRange: number;
  dynamicTemperatureExponent: number;
  frequencyPenalty: number;
  presencePenalty: number;
  repeatPenalty: number;
  /** Tokens that penalties look back on; −1 is the whole context. */
  repeatLastN: number;
  dryMultiplier: number;
  dryBase: number;
  dryAllowedLength: number;
  dryLastN: number;
  drySequenceBreakers: string[];
  mirostat: 0 | 1 | 2;
  mirostatTau: number;
  mirostatEta: number;
  samplers: readonly SamplerName[];
  minKeep: number;
  /** (token, bias) pairs; −Infinity forbids a token. */
  logitBias: [number, number][];
  seed: number;
};

/** llama.cpp's defaults. */
export const samplingDefaults: Omit<Sampling, "seed"> = {
  temperature: 0.8,
  topK: 40,
  topP: 0.95,
  minP: 0.05,
  typicalP: 1,
  topNSigma: -1,
  xtcProbability: 0,
  xtcThreshold: 0.1,
  dynamicTemperatureRange: 0,
  dynamicTemperatureExponent: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
  repeatPenalty: 1,
  repeatLastN: 64,
  dryMultiplier: 0,
  dryBase: 1.75,
  dryAllowedLength: 2,
  dryLastN: -1,
  drySequenceBreakers: ["\n", ":", '"', "*"],
  mirostat: 0,
  mirostatTau: 5,
  mirostatEta: 0.1,
  samplers: samplerNames,
  minKeep: 0,
  logitBias: [],
};

export class Sampler {
  readonly #native: Native;
  readonly #chain: Pointer;
  /** The samplers whose memory begins with the prompt, and how many tokens of it they look back on. */
  readonly #lookBack: { sampler: Pointer; tokens: number }[] = [];
  /** Whether a pick depends on the picks before it, beyond the seed's own course. */
  readonly remembers: boolean;
  #endForbidden = false;

  /** @param forbidden Tokens that would end the answer, and may not until `allowEnd`. */
  constructor(
    native: Native,
    vocab: Vocab,
    sampling: Sampling,
    contextSize: number,
    forbidden: readonly number[] = [],
  ) {
    const { llama } = native;
    this.#native = native;
    this.#chain = llama.llama_sampler_chain_init({ no_perf: true });
    const add = (sampler: Pointer) => llama.llama_sampler_chain_add(this.#chain, sampler);
    if (forbidden.length > 0) {
      const ends = forbidden.map((token) => ({ token, bias: -Infinity }));
      add(llama.llama_sampler_init_logit_bias(vocab.size, ends.length, ends));
      this.#endForbidden = true;
    }
    const { logitBias, seed, temperature, mirostat, mirostatTau, mirostatEta } = sampling;
    if (logitBias.length > 0) {
      const rows = logitBias.map(([token, bias]) => ({ token, bias }));
      add(llama.llama_sampler_init_logit_bias(vocab.size, rows.length, rows));
    }
    if (mirostat !== 0 && temperature > 0) {
      add(llama.llama_sampler_init_temp_ext(temperature, 0, 1));
      add(
        mirostat === 1
          ? llama.llama_sampler_init_mirostat(vocab.size, seed, mirostatTau, mirostatEta, 100)
          : llama.llama_sampler_init_mirostat_v2(seed, mirostatTau, mirostatEta),
      );
      this.remembers = true;
      return;
    }
    for (const name of sampling.samplers)
      for (const sampler of truncating(native, vocab, sampling, contextSize, name)) {
        add(sampler);
        if (name === "penalties") this.#remember(sampler, sampling.repeatLastN);
        if (name === "dry") this.#remember(sampler, sampling.dryLastN);
      }
    add(temperature > 0 ? llama.llama_sampler_init_dist(seed) : llama.llama_sampler_init_greedy());
    this.remembers = this.#lookBack.length > 0;
  }

  /** Picks from row `row` of the last batch's logits, and remembers the pick. */
  sample(context: Context, row: number): number {
    return this.#native.llama.llama_sampler_sample(this.#chain, context.pointer, row);
  }

  /** Picks among the candidates, which it reorders and cuts; `accept` tells it what was taken. */
  pick(candidates: Candidates): number {
    this.#native.llama.llama_sampler_apply(this.#chain, candidates.array);
    return candidates.picked();
  }

  accept(token: number): void {
    this.#native.llama.llama_sampler_accept(this.#chain, token);
  }

  /** Shows the prompt to the penalties, and to them alone. */
  acceptPrompt(tokens: readonly number[]): void {
    for (const { sampler, tokens: count } of this.#lookBack)
      for (const token of tokens.slice(Math.max(0, tokens.length - count)))
        this.#native.llama.llama_sampler_accept(sampler, token);
  }

  #remember(sampler: Pointer, lastN: number): void {
    this.#lookBack.push({ sampler, tokens: lastN < 0 ? Infinity : lastN });
  }

  /** From here on the answer may end. */
  allowEnd(): void {
    if (!this.#endForbidden) return;
    const { llama } = this.#native;
    llama.llama_sampler_free(llama.llama_sampler_chain_remove(this.#chain, 0));
    this.#endForbidden = false;
  }

  free(): void {
    this.#native.llama.llama_sampler_free(this.#chain);
  }
}

/** The sampler(s) for one name; none where its setting switches it off or the draw is greedy. */
function truncating(
  { llama }: Native,
  vocab: Vocab,
  sampling: Sampling,
  contextSize: number,
  name: SamplerName,
): Pointer[] {
  const { temperature, minKeep } = sampling;
  const lookBack = (tokens: number) => (tokens < 0 ? contextSize : tokens);
  const greedy = temperature <= 0;
  switch (name) {
    case "penalties": {
      const { repeatPenalty, frequencyPenalty, presencePenalty, repeatLastN } = sampling;
      if (repeatPenalty === 1 && frequencyPenalty === 0 && presencePenalty === 0) return [];
      const tokens = lookBack(repeatLastN);
      const { size } = vocab;
      return [
        llama.llama_sampler_init_penalties(
          size,
          tokens,
          repeatPenalty,
          frequencyPenalty,
          presencePenalty,
        ),
      ];
    }
    case "dry": {
      const { dryMultiplier, dryBase, dryAllowedLength, dryLastN, drySequenceBreakers } = sampling;
      if (dryMultiplier === 0) return [];
      const breakers = drySequenceBreakers;
      return [
        llama.llama_sampler_init_dry(
          vocab.pointer,
          dryMultiplier,
          dryBase,
          dryAllowedLength,
          lookBack(dryLastN),
          breakers,
          breakers.length,
        ),
      ];
    }
    case "top_n_sigma":
      return greedy || sampling.topNSigma <= 0
        ? []
        : [llama.llama_sampler_init_top_n_sigma(sampling.topNSigma)];
    case "top_k":
      return greedy || sampling.topK <= 0 ? [] : [llama.llama_sampler_init_top_k(sampling.topK)];
    case "typ_p":
      return greedy || sampling.typicalP >= 1
        ? []
        : [llama.llama_sampler_init_typical(sampling.typicalP, minKeep)];
    case "top_p":
      return greedy || sampling.topP >= 1
        ? []
        : [llama.llama_sampler_init_top_p(sampling.topP, minKeep)];
    case "min_p":
      return greedy || sampling.minP <= 0
        ? []
        : [llama.llama_sampler_init_min_p(sampling.minP, minKeep)];
    case "xtc": {
      const { xtcProbability, xtcThreshold, seed } = sampling;
      return greedy || xtcProbability <= 0
        ? []
        : [llama.llama_sampler_init_xtc(xtcProbability, xtcThreshold, minKeep, seed)];
    }
    case "temperature": {
      const { dynamicTemperatureRange, dynamicTemperatureExponent } = sampling;
      return greedy
        ? []
        : [
            llama.llama_sampler_init_temp_ext(
              temperature,
              dynamicTemperatureRange,
              dynamicTemperatureExponent,
            ),
          ];
    }
  }
}
