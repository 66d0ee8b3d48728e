/**
 * @file A worker: one model behind the OpenAI API, on its own or registered with a controller.
 *
 * It listens before the model is loaded, so that whoever watches `/health` sees it come up.
 */
import { randomUUID } from "node:crypto";
import { freemem } from "node:os";
import { outputFormat } from "../chat/output/output-formats.ts";
import { plainFormat } from "../chat/plain-format.ts";
import { Engine } from "../engine/engine.ts";
import type { SpeculationChoice } from "../engine/engine-options.ts";
import { freeThreads } from "../engine/threads.ts";
import { UnavailableError } from "../errors/api-error.ts";
import { createApp } from "../http/app.ts";
import { requireKey } from "../http/auth.ts";
import { greet, unknownOllamaPaths } from "../http/ollama-manners.ts";
import { connectionInWords, keepRegistered } from "../http/registry-client.ts";
import { type RunningServer, serve } from "../http/serve.ts";
import type { FlashAttention, Pooling } from "../llama/context.ts";
import type { GpuSplit } from "../llama/gpu-split.ts";
import type { KvType } from "../llama/kv-types.ts";
import { findLibraries, type GpuChoice } from "../llama/libraries.ts";
import type { ModelDescription } from "../llama/model-description.ts";
import { probeModel } from "../llama/probe.ts";
import { assertRotary, type RopeOptions } from "../llama/rope.ts";
import { templateRenderer } from "../llama/template-renderer.ts";
import type { Capability } from "../protocol/openai.ts";
import type { Load, ServedModel as ModelCard, ModelFacts } from "../protocol/registry.ts";
import { version } from "../protocol/version.ts";
import { fastChatWorkerRoutes } from "../serving/fastchat/routes.ts";
import { oneModel } from "../serving/models.ts";
import { ResponseStore } from "../serving/responses/response-store.ts";
import { servingRoutes } from "../serving/routes.ts";
import { Adapters, assertNamesDiffer, type GivenAdapter } from "./adapters.ts";
import { type ChatFormatOptions, chooseChatFormat, namesFor } from "./chat-format-choice.ts";
import { fastChatConversation } from "./fastchat-conversation.ts";
import { workerStatistics } from "./metrics/statistics.ts";
import { adapterRoutes } from "./routes/adapter-routes.ts";
import { infillRoutes } from "./routes/infill-routes.ts";
import { ollamaModelRoutes } from "./routes/ollama/model-routes.ts";
import { propsRoutes } from "./routes/props-routes.ts";
import { rerankRoutes } from "./routes/rerank-routes.ts";
import { statusRoutes } from "./routes/status-routes.ts";
import { templateRoutes } from "./routes/template-routes.ts";
import { tokenRoutes } from "./routes/token-routes.ts";
import { type Ready, ServedModel } from "./served-model.ts";

export type WorkerOptions = ChatFormatOptions & {
  modelPath: string;
  /** The model's id, then other names for it. */
  names: readonly [string, ...string[]];
  host: string;
  port: number;
  /** Where the api reaches this worker, if not at its own URL. */
  workerAddress?: string;
  controllerAddress?: string;
  /** What the controller asks of workers; who calls the worker itself must send it as API key. */
  joinToken?: string;
  /** Whether to register with the controller. */
  register?: boolean;
  contextSize?: number;
  slots?: number;
  batchSize?: number;
  gpu?: GpuChoice;
  gpuLayers?: number | "all";
  split?: GpuSplit;
  threads?: number;
  kvType?: KvType;
  /** Of the cache's values, where it is not that of its keys. */
  valueType?: KvType;
  rope?: RopeOptions;
  flashAttention?: FlashAttention;
  lora?: GivenAdapter[];
  /** Where adapters lie that a request may have loaded. */
  loraDir?: string;
  /** Serve embeddings beside chat; a model made for embeddings serves nothing else anyway. */
  embedding?: boolean;
  /** Requests that may run or wait at once. */
  limitConcurrency?: number;
  promptCacheBytes?: number;
  /** Where prefixes outlive the worker; left out: nowhere. */
  promptCacheDisk?: { folder: string; budgetBytes: number };
  /** What is drafted, to be verified in the shared batch; null drafts nothing. */
  speculation?: SpeculationChoice | null;
  log?: (line: string) => void;
};

export type RunningWorker = RunningServer & { card: ModelCard };

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
 * Loads the model and serves it.
 *
 * @throws {UsageError} the file, the options and this machine do not go together.
 */
export async function serveWorker(options: WorkerOptions): Promise<RunningWorker> {
  let model: ServedModel | null = null;
  let health: "loading" | "ok" | "draining" = "loading";
  const ready: Ready = () => {
    if (model === null) throw new UnavailableError("The model is still being loaded.", "loading");
    return model;
  };
  const statistics = workerStatistics(() => model, options.log);
  const responses = new ResponseStore();
  const app = createApp()
    .get("/", greet)
    .get("/health", (c) => c.json({ status: health }, health === "ok" ? 200 : 503))
    .use(requireKey(options.joinToken === undefined ? [] : [options.joinToken]))
    .route("/", statusRoutes(ready, statistics))
    .route("/", propsRoutes(ready, options))
    .route("/", servingRoutes(oneModel(ready), statistics, responses))
    .route(
      "/",
      fastChatWorkerRoutes(oneModel(ready), statistics, () => ready().fastChatFacts),
    )
    .route("/", ollamaModelRoutes(ready))
    .route("/", infillRoutes(ready, statistics))
    .route("/", rerankRoutes(ready))
    .route("/", adapterRoutes(ready, options.loraDir))
    .route("/", tokenRoutes(ready))
    .route("/", templateRoutes(ready))
    .route("/", unknownOllamaPaths());
  const server = await serve(app, options);
  const loaded = await load(options, responses.tag).catch(async (error) => {
    await server.close();
    throw error;
  });
  model = loaded.model;
  health = "ok";
  const { engine, card } = model;
  engine.ended().then((error) => {
    if (health === "draining") return;
    console.error(error ?? new Error("the engine's thread ended"));
    process.exit(70); // nothing here can serve any more: the supervisor starts a fresh process
  });
  const registration = register(options, server.url, loaded.model, () => health === "draining");
  return {
    ...server,
    card,
    close: async (graceMs) => {
      health = "draining";
      await registration?.close();
      await server.close(graceMs);
      loaded.close();
      await engine.close();
    },
  };
}

/** Probes, then loads. */
async function load(
  options: WorkerOptions,
  responseTag: string,
): Promise<{ model: ServedModel; close: () => void }> {
  const { modelPath, gpu = "auto", lora = [], rope = {}, log } = options;
  assertNamesDiffer(lora);
  const libraries = findLibraries(gpu);
  const threads = options.threads ?? (await freeThreads()); // before our own children are busy
  const renderer = templateRenderer({ directory: libraries.directory });
  try {
    const description = await probeModel(modelPath);
    const { draftModel = null } = options.speculation ?? {};
    if (draftModel !== null) await probeModel(draftModel);
    const { poolingType = "none", causal, learnedPositions } = description;
    assertRotary(rope, !learnedPositions);
    const embeds = !causal || poolingType !== "none";
    const slots = options.slots ?? defaults.slots;
    const engine = await Engine.start({
      libraries,
      gpu,
      modelPath,
      gpuLayers: options.gpuLayers ?? "all",
      split: options.split ?? {},
      contextSize: options.contextSize ?? defaultContextSize(description, rope),
      slots,
      batchSize: options.batchSize ?? defaults.batchSize,
      threads,
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
    });
    const { info } = engine;
    const facts = [
      description.architecture,
      `${(info.modelBytes / 1e6).toFixed(1)} MB`,
      `context ${info.contextSize}`,
      `slots ${slots}`,
      [info.gpu, ...info.devices].join(" "),
      `threads ${threads}`,
    ];
    log?.(`${modelPath}: ${facts.join(", ")}`);
    if (info.contextSize < (options.contextSize ?? 0))
      log?.(
        `context ${options.contextSize} is for all slots; one request has ${info.contextSize} at most, as the model was trained (--rope-scale goes beyond)`,
      );
    if (info.speculation === "impossible")
      log?.(`${modelPath}: no speculative decoding, since a model of this kind takes nothing back`);
    const format = info.generates
      ? await chooseChatFormat(options, description, engine.vocab, renderer)
      : plainFormat();
    const card: ModelCard = {
      ...toCard(options.names, engine),
      response_tag: responseTag,
      facts: toFacts(description),
    };
    const output = outputFormat(format.template ?? null);
    return {
      model: new ServedModel({
        card,
        engine,
        adapters: new Adapters(engine, card, lora),
        description,
        format,
        output,
        conversation: fastChatConversation({
          format,
          names: namesFor(modelPath, description),
          bos: engine.vocab.templateTokens().bosToken,
          log,
        }),
      }),
      close: () => renderer.close(),
    };
  } catch (error) {
    renderer.close();
    throw error;
  }
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

function toCard([id, ...aliases]: readonly [string, ...string[]], { info }: Engine): ModelCard {
  const capabilities: Capability[] = [
    ...(info.generates ? (["chat", "completions"] as const) : []),
    ...poolingCapabilities(info.pooling),
  ];
  const created = Math.floor(Date.now() / 1000);
  return { id, aliases, capabilities, context_size: info.contextSize, created };
}

function toFacts(description: ModelDescription): ModelFacts {
  const { architecture, parameterCount, sizeBytes, fileType } = description;
  return {
    architecture,
    parameter_count: parameterCount,
    size_bytes: sizeBytes,
    ...(fileType !== undefined && { file_type: fileType }),
  };
}

function poolingCapabilities(pooling: Pooling | null): Capability[] {
  if (pooling === null) return [];
  return pooling === "rank" ? ["rerank"] : ["embeddings"];
}

function register(
  options: WorkerOptions,
  ownUrl: string,
  served: ServedModel,
  draining: () => boolean,
): { close(): Promise<void> } | null {
  const { controllerAddress, joinToken, workerAddress = ownUrl, log } = options;
  if (options.register === false || controllerAddress === undefined) return null;
  const workerId = randomUUID();
  const { engine, adapters } = served;
  return keepRegistered({
    controllerAddress,
    ...(joinToken !== undefined && { joinToken }),
    registration: () => ({
      worker_id: workerId,
      address: workerAddress,
      version: version(),
      model: served.card,
      speed: 1,
      load: toLoad(engine),
    }),
    load: () => toLoad(engine),
    adapters: () => adapters.names,
    draining,
    fastChat: {},
    onState: (state) => log?.(connectionInWords(controllerAddress, state)),
  });
}

function toLoad(engine: Engine): Load {
  return {
    slots: engine.slotCount,
    busy: engine.gauge("busy"),
    queued: engine.gauge("queued"),
    pending_tokens: engine.gauge("pendingTokens"),
    tokens_per_second: engine.gauge("tokensPerSecond"),
    kv_cells: engine.info.contextSize,
    kv_used: engine.gauge("kvUsed"),
    prefixes: [...new Set(engine.slots.flatMap(({ prefixes }) => prefixes))].slice(0, 512),
  };
}
