/**
 * @file The thread that owns the model: it decodes while there is work and sleeps when there is none.
 *
 * While it decodes it never returns to its event loop; the inbox is drained by hand between steps,
 * so a cancel or a new request waits for one step at most.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { ApiError, InvalidRequestError } from "../errors/api-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { adapterCheck } from "../llama/adapter-check.ts";
import { Context } from "../llama/context.ts";
import { Model } from "../llama/model.ts";
import { type LogLevel, startNative } from "../llama/native.ts";
import { isStretched } from "../llama/rope.ts";
import { adapterSet } from "./adapter-set.ts";
import { openDiskCache } from "./cache/open-disk-cache.ts";
import { Embedder } from "./embedder.ts";
import type { ThreadOptions } from "./engine.ts";
import { LoadedAdapters } from "./loaded-adapters.ts";
import { Loop } from "./loop.ts";
import { type FromThread, Gauges, type ToThread } from "./messages.ts";
import { loadDraftModel } from "./speculation/draft-model.ts";
import { Speculation } from "./speculation/speculation.ts";

const options = workerData as ThreadOptions;
const port = parentPort;
if (port === null) throw new Error("engine-thread is started by engine.ts, not on its own");
const post = (message: FromThread) => port.postMessage(message);

/** Sequences of one embedding batch, whose size llama.cpp takes for a multiple of them. */
const embeddingSequences = 64;

/** Tokens: more make no token cheaper on a CPU, while each looks at all of the batch. */
const usualCpuBatch = 256;

let lastError: string | null = null;

function onLog(level: LogLevel, line: string): void {
  if (level === "error") lastError = line.trim();
  post({ type: "log", level, line });
}

function refuse(id: number, { message, param }: ApiError): void {
  post({ type: "refused", id, message, param });
}

function start() {
  const native = startNative(options.libraries, options.gpu, onLog);
  const reason = () => lastError;
  const { modelPath, gpuLayers, split = {}, contextSize, batchSize, threads, rope = {} } = options;
  const { kvType, valueType, flashAttention } = options;
  const check = adapterCheck(modelPath);
  for (const { path } of options.lora) check(path); // before the model, which may take a minute
  const model = new Model(native, modelPath, { gpuLayers, split }, reason);
  const size = contextSize === 0 ? model.trainedContext : contextSize;
  const common = { threads, kvType, valueType, flashAttention, rope };
  const sequences = options.slots;
  const generation = model.generates && !options.embeddingOnly;
  const context = generation
    ? new Context(native, model, { ...common, contextSize: size, batchSize, sequences }, reason)
    : null;
  const reach = isStretched(rope) ? Number.POSITIVE_INFINITY : model.trainedContext || size;
  const embeddingSize = Math.min(reach, Math.max(size, 512));
  const embeddingBatch = Math.ceil(embeddingSize / embeddingSequences) * embeddingSequences;
  const embedding = options.embedding
    ? new Context(
        native,
        model,
        {
          ...common,
          contextSize: embeddingBatch,
          batchSize: embeddingBatch,
          sequences: embeddingSequences,
          pooling: options.pooling,
        },
        reason,
      )
    : null;
  const adapters = new LoadedAdapters(model, check);
  const uses = options.lora.map(({ path, scale }) => ({ id: adapters.load(path), scale }));
  for (const each of [context, embedding]) {
    if (each !== null) adapters.apply(each, adapterSet(uses));
    each?.warmUp();
  }

  const gauges = new Gauges(options.gauges);
  const contextLimit = Math.min(context?.contextSize ?? embeddingSize, reach);
  const facts = { contextSize: size, gpu: native.gpu, rewindable: model.rewindable };
  const notice = (line: string) => post({ type: "notice", line });
  const diskCache = context && openDiskCache(options, facts, notice);
  const { speculation: choice } = options;
  const drafts = choice !== null && model.rewindable && context !== null ? choice : null;
  const drafting =
    drafts?.draftModel && context
      ? loadDraftModel(
          native,
          model.vocab,
          {
            path: drafts.draftModel,
            model: { gpuLayers },
            context: { ...common, contextSize: size, batchSize, sequences, threadsOf: context },
            now: () => performance.now(),
          },
          reason,
        )
      : null;
  const speculation =
    drafts && new Speculation({ ...drafts, contextLimit, model: drafting?.drafter ?? null });
  const loop =
    context === null
      ? null
      : new Loop({
          native,
          model,
          context,
          adapters,
          slots: options.slots,
          batchSize,
          contextLimit,
          promptCacheBytes: options.promptCacheBytes,
          diskCache,
          speculation,
          gauges,
          now: () => performance.now(),
          onRefused: refuse,
        });
  const embedder =
    embedding === null
      ? null
      : new Embedder(embedding, adapters, {
          batchSize: embeddingBatch,
          sequences: embeddingSequences,
          usualBatch: native.gpu === "cpu" ? Math.min(batchSize, usualCpuBatch) : batchSize,
          pooledLast: (options.pooledLast ?? false) && model.rewindable && !model.slidingWindow,
        });
  post({
    type: "ready",
    info: {
      model: model.pointer,
      contextSize: contextLimit,
      trainedContext: model.trainedContext,
      embeddingLength: model.embeddingLength,
      modelBytes: model.sizeBytes,
      threads,
      gpu: native.gpu,
      devices: model.devices,
      generates: loop !== null,
      speculation: speculation !== null ? "on" : choice === null ? "off" : "impossible",
      pooling: embedding?.pooling ?? null,
    },
  });
  return {
    loop,
    embedder,
    adapters,
    free: () => {
      loop?.close();
      drafting?.free();
      context?.free();
      embedding?.free();
      model.free();
      native.stopLog();
    },
  };
}

type Running = ReturnType<typeof start>;

function handle(message: ToThread, { loop, embedder, adapters, free }: Running): boolean {
  try {
    if (message.type === "generate") loop?.submit(message.id, message.generation);
    if (message.type === "embed") embedder?.submit(message.id, message.inputs, message.adapters);
    if (message.type === "load") loadAdapter(message, adapters);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if ("id" in message) refuse(message.id, error);
  }
  if (message.type === "cancel") {
    loop?.cancel(message.id);
    embedder?.cancel(message.id);
  }
  if (message.type === "unload") {
    const { id, adapter } = message;
    adapters.retire(adapter, () => post({ type: "adapter", id, adapter }));
  }
  if (message.type !== "close") return true;
  free();
  port?.close();
  return false;
}

function loadAdapter({ id, path }: { id: number; path: string }, adapters: LoadedAdapters): void {
  try {
    post({ type: "adapter", id, adapter: adapters.load(path) });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new InvalidRequestError(error.message, "lora_path");
  }
}

/** Works until nothing is left to do, or until told to close. */
function run(running: Running): void {
  const { loop, embedder, adapters } = running;
  const sets = () => [...(loop?.adapterSets() ?? []), ...(embedder?.adapterSets() ?? [])];
  do {
    for (;;) {
      const received = port === null ? undefined : receiveMessageOnPort(port);
      if (received === undefined) break;
      if (!handle(received.message as ToThread, running)) return;
    }
    const events = loop === null || loop.idle ? [] : loop.step();
    const slots = loop?.takeSlotStates();
    if (slots) post({ type: "slots", slots }); // first: who hears of the end finds the slot free
    if (events.length > 0) post({ type: "step", events });
    if (embedder !== null && !embedder.idle)
      for (const done of embedder.step()) post({ type: "embedded", ...done });
    adapters.freeRetired(sets);
  } while (loop?.idle === false || embedder?.idle === false);
}

try {
  const running = start();
  run(running);
  port.on("message", (message: ToThread) => {
    if (handle(message, running)) run(running);
  });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  post({ type: "failed", message, usage: error instanceof UsageError });
  port.close();
}
