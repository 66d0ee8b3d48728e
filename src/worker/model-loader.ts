/**
 * @file From a worker's options to the model it serves: the file is probed in a process of its own,
 * then loaded, and a chat format is chosen for it.
 */
import { freemem } from "node:os";
import { outputFormat } from "../chat/output/output-formats.ts";
import { plainFormat } from "../chat/plain-format.ts";
import { Engine } from "../engine/engine.ts";
import type { EngineOptions, SpeculationChoice } from "../engine/engine-options.ts";
import { freeThreads } from "../engine/threads.ts";
import { idleSplit } from "../llama/gpu-split.ts";
import { findLibraries } from "../llama/libraries.ts";
import type { ModelDescription } from "../llama/model-description.ts";
import { probeModel } from "../llama/probe.ts";
import { assertRotary, assertYarn, type RopeOptions } from "../llama/rope.ts";
import { type TemplateRenderer, templateRenderer } from "../llama/template-renderer.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";
import { Adapters, adapterName, assertNamesDiffer, type GivenAdapter } from "./adapters.ts";
import { chooseChatFormat, namesFor } from "./chat-format-choice.ts";
import { fastChatConversation } from "./fastchat-conversation.ts";
import { toCard, toFacts } from "./model-card.ts";
import { ServedModel } from "./served-model.ts";
import type { WorkerOptions } from "./worker-options.ts";

/** Native warnings about what the engine itself asks for or takes care of. */
const everyday =
  /failed to find a memory slot|default pooling_type|training context overflow|lora for .* cannot use buft/;

const defaults = {
  contextSize: 8192,
  slots: 8,
  batchSize: 512,
  promptCacheBytes: 256 << 20,
};

/**
 * Loads the model; `close` ends what works for it beside its engine.
 *
 * @param responseTag By which the ids of the responses that this worker stores are known as its own.
 * @throws {UsageError} the file, the options and this machine do not go together.
 */
export async function loadModel(
  options: WorkerOptions,
  responseTag: string,
): Promise<{ model: ServedModel; close: () => void }> {
  const { gpu = "auto", lora = [] } = options;
  assertNamesDiffer(lora);
  const libraries = findLibraries(gpu);
  const threads = options.threads ?? (await freeThreads()); // before our own children are busy
  const renderer = templateRenderer({ directory: libraries.directory });
  try {
    const description = await probed(options);
    const machine = { libraries, gpu, threads };
    const engine = await Engine.start({ ...engineOptions(options, description), ...machine });
    tellFacts(options, description, engine);
    const card: ModelCard = {
      ...toCard(options.names, engine),
      response_tag: responseTag,
      facts: toFacts(description),
    };
    const model = await servedModel(options, { description, engine, card, renderer });
    return { model, close: () => renderer.close() };
  } catch (error) {
    renderer.close();
    throw error;
  }
}

/** A file that would bring its reader down does so elsewhere. */
async function probed({ modelPath, rope = {}, speculation }: WorkerOptions) {
  const description = await probeModel(modelPath);
  const { draftModel = null } = speculation ?? {};
  if (draftModel !== null) await probeModel(draftModel);
  assertRotary(rope, !description.learnedPositions);
  assertYarn(rope, description.yarn);
  return description;
}

function engineOptions(
  options: WorkerOptions,
  description: ModelDescription,
): Omit<EngineOptions, "libraries" | "gpu" | "threads"> {
  const { lora = [], rope = {}, slots = defaults.slots, log } = options;
  const { poolingType = "none", causal } = description;
  const embeds = !causal || poolingType !== "none";
  return {
    modelPath: options.modelPath,
    gpuLayers: options.gpuLayers ?? "all",
    split: options.split ?? {},
    contextSize: options.contextSize ?? defaultContextSize(description, rope),
    slots,
    batchSize: options.batchSize ?? defaults.batchSize,
    kvType: options.kvType ?? "f16",
    valueType: options.valueType,
    rope,
    flashAttention: options.flashAttention ?? "auto",
    lora: lora.map(({ path, scale }) => ({ path, scale })),
    embedding: embeds || (options.embedding ?? false),
    embeddingOnly: embeds,
    pooling: poolingType === "none" ? "mean" : "unspecified",
    pooledLast: causal && poolsLast(description),
    promptCacheBytes:
      options.promptCacheBytes ?? Math.min(defaults.promptCacheBytes, freemem() / 8),
    promptCacheDisk: options.promptCacheDisk ?? null,
    speculation: options.speculation ?? null,
    maxRequests: options.limitConcurrency ?? slots * 5,
    onLog: (level, line) => {
      const worthSaying = (level === "warn" || level === "error") && !everyday.test(line);
      if (worthSaying) log?.(`llama.cpp ${level}: ${line}`);
    },
    onNotice: (line) => log?.(line),
  };
}

function tellFacts(
  { modelPath, contextSize = 0, split = {}, lora = [], speculation, log }: WorkerOptions,
  { architecture }: ModelDescription,
  { info, slotCount }: Engine,
): void {
  const facts = [
    architecture,
    `${(info.modelBytes / 1e6).toFixed(1)} MB`,
    `context ${info.contextSize}`,
    `slots ${slotCount}`,
    [info.gpu, ...info.devices].join(" "),
    `threads ${info.threads}`,
  ];
  log?.(`${modelPath}: ${facts.join(", ")}`);
  if (lora.length > 0) log?.(`LoRA adapters: ${lora.map(adapterInWords).join(", ")}`);
  if (speculation && info.speculation === "on") log?.(`drafting: ${draftersOf(speculation)}`);
  if (info.contextSize < contextSize)
    log?.(
      `context ${contextSize} is for all slots; one request has ${info.contextSize} at most, as the model was trained (--rope-scale goes beyond)`,
    );
  const idle = idleSplit(split.splitMode, info.devices.length);
  if (idle !== null) log?.(idle);
  if (info.speculation === "impossible")
    log?.(`${modelPath}: no speculative decoding, since a model of this kind takes nothing back`);
}

const adapterInWords = ({ path, scale, name = adapterName(path) }: GivenAdapter) =>
  scale === 0 ? `${name} (by its name alone)` : `${name} (scale ${scale})`;

function draftersOf({ ngram, draftModel, draftMax }: SpeculationChoice): string {
  const who = [...(ngram ? ["the text so far"] : []), ...(draftModel === null ? [] : [draftModel])];
  return `${who.join(", then ")}, ${draftMax} tokens at most`;
}

type Loaded = {
  description: ModelDescription;
  engine: Engine;
  card: ModelCard;
  renderer: TemplateRenderer;
};

async function servedModel(
  options: WorkerOptions,
  { description, engine, card, renderer }: Loaded,
): Promise<ServedModel> {
  const { modelPath, lora = [], log } = options;
  const format = engine.info.generates
    ? await chooseChatFormat(options, description, engine.vocab, renderer)
    : plainFormat();
  const names = namesFor(modelPath, description);
  const bos = engine.vocab.templateTokens().bosToken;
  return new ServedModel({
    ...{ card, engine, description, format },
    adapters: new Adapters(engine, card, lora),
    output: outputFormat(format.template ?? null),
    conversation: fastChatConversation({ format, names, bos, log }),
  });
}

function defaultContextSize(
  { contextLength = defaults.contextSize }: ModelDescription,
  { frequencyScale = 1 }: RopeOptions,
): number {
  return Math.min(Math.round(contextLength / Math.min(1, frequencyScale)), defaults.contextSize);
}

/** llama.cpp ranks by the last token with Qwen 3 alone, by the first with all others. */
function poolsLast({ poolingType, architecture }: ModelDescription): boolean {
  const ranksLast = architecture === "qwen3" || architecture === "qwen3vl";
  return poolingType === "last" || (poolingType === "rank" && ranksLast);
}
