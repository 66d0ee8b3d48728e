/** @file A real engine on a tiny model, and one call that collects what it answers. */
import { bareModel } from "../../src/engine/adapter-set.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import type { Generation } from "../../src/engine/messages.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { samplingDefaults } from "../../src/llama/sampler.ts";
import type { Finish, TokenLogprobs } from "../../src/protocol/answer.ts";

export function startTinyEngine(
  modelPath: string,
  options: Partial<EngineOptions> = {},
): Promise<Engine> {
  return Engine.start({
    libraries: findLibraries("cpu"),
    gpu: "cpu",
    modelPath,
    gpuLayers: 0,
    contextSize: 1024,
    slots: 4,
    batchSize: 128,
    threads: 1,
    kvType: "f16",
    flashAttention: "auto",
    lora: [],
    embedding: false,
    embeddingOnly: false,
    pooling: "mean",
    promptCacheBytes: 8 << 20,
    promptCacheDisk: null,
    speculation: null,
    maxRequests: 100,
    onLog: () => {},
    onNotice: () => {},
    ...options,
  });
}

/** A generation that runs to `maxTokens`, since random weights seldom end by themselves. */
export function toGeneration(
  engine: Engine,
  prompt: string,
  options: Partial<Generation> & { seed?: number; temperature?: number } = {},
): Generation {
  const { seed = 1, temperature = 0.8, ...rest } = options;
  return {
    tokens: engine.vocab.tokenizeSegments([{ text: prompt, special: true }]),
    choices: 1,
    maxTokens: 24,
    minTokens: 0,
    stops: [],
    stopTokens: [],
    ignoreEnd: true,
    sampling: { ...samplingDefaults, seed, temperature },
    cachePrompt: true,
    draftMax: null,
    trimStart: false,
    prefixes: [],
    adapters: bareModel,
    grammar: null,
    visible: [],
    thought: null,
    logprobs: null,
    promptLogprobs: false,
    progress: false,
    timingsPerToken: false,
    ...rest,
  };
}

export type Collected = {
  texts: string[];
  finishes: Finish[];
  logprobs: TokenLogprobs[][];
  promptLogprobs: (TokenLogprobs | null)[];
};

/** Everything a generation answers, by choice. */
export async function collect(
  engine: Engine,
  generation: Generation,
  signal = new AbortController().signal,
): Promise<Collected> {
  const texts: string[] = [];
  const finishes: Finish[] = [];
  const logprobs: TokenLogprobs[][] = [];
  let promptLogprobs: (TokenLogprobs | null)[] = [];
  for await (const event of engine.generate(generation, signal)) {
    const { choice, text, finish } = event;
    texts[choice] = (texts[choice] ?? "") + text;
    logprobs[choice] = [...(logprobs[choice] ?? []), ...(event.logprobs ?? [])];
    promptLogprobs = event.promptLogprobs ?? promptLogprobs;
    if (finish) finishes[choice] = finish;
  }
  return { texts, finishes, logprobs, promptLogprobs };
}
