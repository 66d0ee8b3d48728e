/** @file All that the engine's thread works with: made from its options, freed together. */
import type { ApiError } from "../errors/api-error.ts";
import { type AdapterCheck, adapterCheck } from "../llama/adapter-check.ts";
import { Context, type ContextOptions } from "../llama/context.ts";
import { Model } from "../llama/model.ts";
import type { Native } from "../llama/native.ts";
import { isStretched } from "../llama/rope.ts";
import { adapterSet } from "./adapter-set.ts";
import { openDiskCache } from "./cache/open-disk-cache.ts";
import { Embedder } from "./embedder.ts";
import type { ThreadOptions } from "./engine-options.ts";
import { LoadedAdapters } from "./loaded-adapters.ts";
import { Loop } from "./loop.ts";
import { type EngineInfo, Gauges } from "./messages.ts";
import { loadDraftModel } from "./speculation/draft-model.ts";
import { Speculation } from "./speculation/speculation.ts";

export type EngineParts = {
  /** Null where the model answers embeddings alone. */
  loop: Loop | null;
  embedder: Embedder | null;
  adapters: LoadedAdapters;
  info: EngineInfo;
  free: () => void;
};

/** Who is told of what happens. */
export type Told = {
  lastError: () => string | null;
  onNotice: (line: string) => void;
  onRefused: (id: number, error: ApiError) => void;
};

/** What every part is made from. */
type Ground = { native: Native; model: Model; options: ThreadOptions; sizes: Sizes; told: Told };

/** In tokens. */
type Sizes = { context: number; embedding: number; reach: number };

/** Sequences of one embedding batch, whose size llama.cpp takes for a multiple of them. */
const embeddingSequences = 64;

/** Tokens: more make no token cheaper on a CPU, while each looks at all of the batch. */
const usualCpuBatch = 256;

const now = () => performance.now();

/** @throws {UsageError} the files, the options and this machine do not go together. */
export function makeEngineParts(native: Native, options: ThreadOptions, told: Told): EngineParts {
  const { modelPath, gpuLayers, split = {}, lora } = options;
  const check = adapterCheck(modelPath);
  for (const { path } of lora) check(path); // before the model, which may take a minute
  const model = new Model(native, modelPath, { gpuLayers, split }, told.lastError);
  const ground = { native, model, options, sizes: sizesOf(model, options), told };
  const context = generationContext(ground);
  const embedding = embeddingContext(ground);
  const contexts = [context, embedding].filter((each) => each !== null);
  const adapters = warmedUp(ground, contexts, check);
  const generation = context && startGeneration(ground, context, adapters);
  const free = () => {
    generation?.free();
    for (const each of contexts) each.free();
    model.free();
  };
  return {
    loop: generation?.loop ?? null,
    embedder: embedding && newEmbedder(ground, embedding, adapters),
    adapters,
    info: infoOf(ground, context, embedding),
    free,
  };
}

function sizesOf({ trainedContext }: Model, { contextSize, rope = {} }: ThreadOptions): Sizes {
  const context = contextSize === 0 ? trainedContext : contextSize;
  const reach = isStretched(rope) ? Number.POSITIVE_INFINITY : trainedContext || context;
  return { context, embedding: Math.min(reach, Math.max(context, 512)), reach };
}

function limitOf({ sizes }: Ground, context: Context | null): number {
  return Math.min(context?.contextSize ?? sizes.embedding, sizes.reach);
}

function generationOptions({ options, sizes }: Ground): ContextOptions {
  const { batchSize, slots: sequences } = options;
  return { ...commonOptions(options), contextSize: sizes.context, batchSize, sequences };
}

function commonOptions({ threads, kvType, valueType, flashAttention, rope = {} }: ThreadOptions) {
  return { threads, kvType, valueType, flashAttention, rope };
}

function generationContext(ground: Ground): Context | null {
  const { native, model, options, told } = ground;
  if (!model.generates || options.embeddingOnly) return null;
  return new Context(native, model, generationOptions(ground), told.lastError);
}

function embeddingContext({ native, model, options, sizes, told }: Ground): Context | null {
  if (!options.embedding) return null;
  const size = embeddingBatch(sizes);
  const whole = { contextSize: size, batchSize: size, sequences: embeddingSequences };
  const { pooling } = options;
  const all = { ...commonOptions(options), ...whole, pooling };
  return new Context(native, model, all, told.lastError);
}

function embeddingBatch({ embedding }: Sizes): number {
  return Math.ceil(embedding / embeddingSequences) * embeddingSequences;
}

/** Loads the options' adapters; each context has them on, and has been used once. */
function warmedUp(
  { model, options }: Ground,
  contexts: readonly Context[],
  check: AdapterCheck,
): LoadedAdapters {
  const adapters = new LoadedAdapters(model, check);
  const uses = options.lora.map(({ path, scale }) => ({ id: adapters.load(path), scale }));
  for (const context of contexts) {
    adapters.apply(context, adapterSet(uses));
    context.warmUp();
  }
  return adapters;
}

function startGeneration(ground: Ground, context: Context, adapters: LoadedAdapters) {
  const { native, model, options, sizes, told } = ground;
  const { slots, batchSize, promptCacheBytes } = options;
  const facts = { contextSize: sizes.context, gpu: native.gpu, rewindable: model.rewindable };
  const diskCache = openDiskCache(options, facts, told.onNotice);
  const { speculation, free: freeDrafting } = startSpeculation(ground, context);
  const loop = new Loop({
    ...{ native, model, context, adapters, slots, batchSize, promptCacheBytes },
    ...{ diskCache, speculation, now, onRefused: told.onRefused },
    contextLimit: limitOf(ground, context),
    gauges: new Gauges(options.gauges),
  });
  const free = () => {
    loop.close();
    freeDrafting();
  };
  return { loop, free };
}

function speculates({ model, options }: Ground): boolean {
  return options.speculation !== null && model.rewindable;
}

function startSpeculation(ground: Ground, context: Context) {
  const { native, model, options, told } = ground;
  const choice = speculates(ground) ? options.speculation : null;
  if (choice === null) return { speculation: null, free: () => {} };
  const { draftModel: path } = choice;
  const drafting = path
    ? loadDraftModel(
        native,
        model.vocab,
        {
          path,
          model: { gpuLayers: options.gpuLayers },
          context: { ...generationOptions(ground), threadsOf: context },
          now,
        },
        told.lastError,
      )
    : null;
  const contextLimit = limitOf(ground, context);
  const drafter = drafting?.drafter ?? null;
  const speculation = new Speculation({ ...choice, contextLimit, model: drafter });
  return { speculation, free: () => drafting?.free() };
}

function newEmbedder(
  { native, model, options, sizes }: Ground,
  context: Context,
  adapters: LoadedAdapters,
): Embedder {
  const { batchSize, pooledLast = false } = options;
  return new Embedder(context, adapters, {
    batchSize: embeddingBatch(sizes),
    sequences: embeddingSequences,
    usualBatch: native.gpu === "cpu" ? Math.min(batchSize, usualCpuBatch) : batchSize,
    pooledLast: pooledLast && model.rewindable && !model.slidingWindow,
  });
}

function infoOf(ground: Ground, context: Context | null, embedding: Context | null): EngineInfo {
  const { native, model, options } = ground;
  const impossible = !speculates(ground) || context === null;
  return {
    model: model.pointer,
    contextSize: limitOf(ground, context),
    trainedContext: model.trainedContext,
    embeddingLength: model.embeddingLength,
    modelBytes: model.sizeBytes,
    threads: options.threads,
    gpu: native.gpu,
    devices: model.devices,
    generates: context !== null,
    speculation: options.speculation === null ? "off" : impossible ? "impossible" : "on",
    pooling: embedding?.pooling ?? null,
  };
}
