/**
 * @file The engine as the rest of the worker sees it: prompts in, streams of choices out.
 *
 * The model lives in a thread of its own (engine-thread.ts); this side tokenises, admits, and
 * hands events to whoever waits for them.
 */
import type { Worker } from "node:worker_threads";
import {
  ContextLengthError,
  InvalidRequestError,
  QueueFullError,
  UnavailableError,
} from "../errors/api-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { EventQueue } from "../http/event-queue.ts";
import type { FlashAttention, Pooling } from "../llama/context.ts";
import type { GpuSplit } from "../llama/gpu-split.ts";
import type { KvType } from "../llama/kv-types.ts";
import type { GpuChoice, Libraries } from "../llama/libraries.ts";
import { bindNative, type LogLevel } from "../llama/native.ts";
import type { RopeOptions } from "../llama/rope.ts";
import { siblingThread } from "../llama/sibling-module.ts";
import { Vocab } from "../llama/vocab.ts";
import type { AdapterSet } from "./adapter-set.ts";
import {
  type ChoiceEvent,
  type EngineInfo,
  type FromThread,
  type Gauge,
  Gauges,
  type Generation,
  type SlotState,
  type ToThread,
} from "./messages.ts";
import type { LengthPolicy } from "./speculation/draft-length.ts";

export type EngineOptions = {
  libraries: Libraries;
  gpu: GpuChoice;
  modelPath: string;
  gpuLayers: number | "all";
  split?: GpuSplit;
  /** In tokens, shared by all slots; 0 takes the model's own. */
  contextSize: number;
  slots: number;
  batchSize: number;
  threads: number;
  kvType: KvType;
  /** Of the cache's values, where it is not that of its keys. */
  valueType?: KvType | undefined;
  rope?: RopeOptions;
  flashAttention: FlashAttention;
  /** Loaded at the start; numbered from 0, and all together the set that the engine warms up with. */
  lora: { path: string; scale: number }[];
  /** Answers embeddings; `embeddingOnly` models have no generation context at all. */
  embedding: boolean;
  embeddingOnly: boolean;
  pooling: Pooling;
  /** An input's row is its last token's, in a causal model: inputs may share their beginning. */
  pooledLast?: boolean;
  /** RAM for prefixes that slots had to give up. */
  promptCacheBytes: number;
  /** A folder for those that RAM has no room for, and for all of them at the end; null: none. */
  promptCacheDisk: { folder: string; budgetBytes: number } | null;
  /** What is drafted, to be verified in the shared batch; null drafts nothing. */
  speculation: SpeculationChoice | null;
  /** Requests in flight, waiting ones included, past which a request is refused with 429. */
  maxRequests: number;
  onLog: (level: LogLevel, line: string) => void;
  /** Told what of the engine's own goes wrong and costs only speed. */
  onNotice: (line: string) => void;
};

export type SpeculationChoice = {
  /** Look the text's end up in the text itself. */
  ngram: boolean;
  /** Most tokens of one draft. */
  draftMax: number;
  /** A smaller model that drafts where the text itself has nothing. */
  draftModel: string | null;
  lengths?: LengthPolicy;
};

/** What this side keeps to itself. */
type OwnOptions = "onLog" | "onNotice" | "maxRequests";

export type ThreadOptions = Omit<EngineOptions, OwnOptions> & {
  gauges: SharedArrayBuffer;
};

type Request =
  | {
      kind: "generate";
      queue: EventQueue<ChoiceEvent>;
      choicesLeft: number;
    }
  | {
      kind: "adapter";
      resolve: (adapter: number) => void;
      reject: (error: unknown) => void;
    }
  | {
      kind: "embed";
      resolve: (vectors: Float32Array[]) => void;
      reject: (error: unknown) => void;
    };

export class Engine {
  readonly info: EngineInfo;
  readonly vocab: Vocab;
  readonly slotCount: number;
  readonly #thread: Worker;
  readonly #gauges: Gauges;
  readonly #maxRequests: number;
  readonly #requests = new Map<number, Request>();
  /** Choices that came to their end since the start, by what ended them. */
  readonly finished = { stop: 0, length: 0 };
  #slots: SlotState[] = [];
  #nextId = 1;

  /**
   * Loads the model; resolves once it can serve.
   *
   * @throws {UsageError} the file, the options and this machine do not go together.
   */
  static async start({ onLog, onNotice, maxRequests, ...options }: EngineOptions): Promise<Engine> {
    const gauges = new Gauges();
    const workerData: ThreadOptions = { ...options, gauges: gauges.memory };
    const thread = siblingThread(import.meta.url, "./engine-thread", {
      workerData,
    });
    const info = await new Promise<EngineInfo>((resolve, reject) => {
      thread.once("error", reject);
      thread.once("exit", () => reject(new Error("the engine stopped while loading")));
      thread.on("message", (message: FromThread) => {
        if (message.type === "log") onLog(message.level, message.line);
        if (message.type === "notice") onNotice(message.line);
        if (message.type === "ready") resolve(message.info);
        if (message.type === "failed")
          reject(message.usage ? new UsageError(message.message) : new Error(message.message));
      });
    });
    thread.removeAllListeners("error").removeAllListeners("exit");
    return new Engine(thread, info, gauges, options, maxRequests);
  }

  private constructor(
    thread: Worker,
    info: EngineInfo,
    gauges: Gauges,
    { libraries, slots }: Omit<EngineOptions, OwnOptions>,
    maxRequests: number,
  ) {
    this.#thread = thread;
    this.#gauges = gauges;
    this.#maxRequests = maxRequests;
    this.slotCount = slots;
    this.info = info;
    this.vocab = new Vocab(bindNative(libraries), info.model);
    thread.on("message", (message: FromThread) => this.#receive(message));
  }

  get slots(): readonly SlotState[] {
    return this.#slots;
  }

  gauge(name: Gauge): number {
    return this.#gauges.get(name);
  }

  /** Resolves when the thread ends, with the error that ended it, if one did. */
  ended(): Promise<unknown> {
    return new Promise((resolve) => {
      this.#thread.once("error", resolve);
      this.#thread.once("exit", () => resolve(null));
    });
  }

  /**
   * Generates; leaving the iterator early, or aborting, frees the slots within one step.
   *
   * @param param The request's field that holds the prompt, for the error.
   * @throws {InvalidRequestError} as `check`.
   * @throws {QueueFullError} too many requests wait already.
   */
  generate(
    generation: Generation,
    signal: AbortSignal,
    param = "messages",
  ): EventQueue<ChoiceEvent> {
    this.check(generation, param);
    this.#admit();
    return this.#start(generation, signal);
  }

  /**
   * Generates for each of several prompts of one request, which counts as one: so many at a time as
   * there are slots, the next when one ends.
   *
   * @returns one for each generation, in their order, made when it is asked for.
   */
  generateEach(
    generations: readonly Generation[],
    signal: AbortSignal,
    param = "messages",
  ): (() => EventQueue<ChoiceEvent>)[] {
    for (const generation of generations) this.check(generation, param);
    this.#admit();
    return generations.map((generation) => () => this.#start(generation, signal));
  }

  /**
   * @throws {ContextLengthError} the prompt leaves no room for a token.
   * @throws {InvalidRequestError} the prompt is empty, or the model only gives embeddings.
   */
  check({ tokens: { length } }: Generation, param: string): void {
    if (length === 0) throw new InvalidRequestError("The prompt is empty.", param);
    if (length >= this.info.contextSize)
      throw new ContextLengthError(length, this.info.contextSize, param);
    if (!this.info.generates)
      throw new InvalidRequestError("This model only gives embeddings.", "model");
  }

  #start(generation: Generation, signal: AbortSignal): EventQueue<ChoiceEvent> {
    const id = this.#nextId++;
    const cancel = () => this.#cancel(id);
    const leave = () => {
      signal.removeEventListener("abort", cancel);
      cancel();
    };
    const queue = new EventQueue<ChoiceEvent>(leave, Number.POSITIVE_INFINITY);
    signal.addEventListener("abort", cancel, { once: true });
    const { choices } = generation;
    this.#requests.set(id, {
      kind: "generate",
      queue,
      choicesLeft: choices,
    });
    this.#post({ type: "generate", id, generation });
    if (signal.aborted) cancel();
    return queue;
  }

  /**
   * Embeds each input.
   *
   * @returns (inputs, embeddingLength) unit vectors.
   * @throws {ContextLengthError} an input is longer than the model reads.
   */
  async embed(
    inputs: Int32Array[],
    adapters: AdapterSet,
    signal: AbortSignal,
  ): Promise<Float32Array[]> {
    if (this.info.pooling === "rank")
      throw new InvalidRequestError(
        "This model ranks documents and gives no embeddings; ask it at /v1/rerank.",
        "model",
      );
    if (this.info.pooling === null)
      throw new InvalidRequestError(
        "This model is served without embeddings; start its worker with --embedding.",
        "model",
      );
    return this.#pool(inputs, adapters, signal, "input");
  }

  /**
   * Scores each pair of a query and a document, as rerank-pair.ts builds them.
   *
   * @returns (pairs, classes) raw scores; most models have one class.
   * @throws {InvalidRequestError} the model was not made for it.
   * @throws {ContextLengthError} a pair is longer than the model reads.
   */
  async rank(
    pairs: Int32Array[],
    adapters: AdapterSet,
    signal: AbortSignal,
    param: string,
  ): Promise<Float32Array[]> {
    if (this.info.pooling !== "rank")
      throw new InvalidRequestError(
        "This model does not rank documents; start a worker with a reranker, a GGUF file whose pooling type is rank (bge-reranker-v2-m3, qwen3-reranker).",
        "model",
        "unsupported_capability",
      );
    return this.#pool(pairs, adapters, signal, param);
  }

  async #pool(
    inputs: Int32Array[],
    adapters: AdapterSet,
    signal: AbortSignal,
    param: string,
  ): Promise<Float32Array[]> {
    const { contextSize } = this.info;
    const place = inputs.findIndex(({ length }) => length > contextSize);
    const field = inputs.length === 1 && param === "input" ? param : `${param}[${place}]`;
    if (place >= 0) throw new ContextLengthError(inputs[place]?.length ?? 0, contextSize, field);
    this.#admit();
    const id = this.#nextId++;
    const cancel = () => this.#cancel(id);
    signal.addEventListener("abort", cancel, { once: true });
    return new Promise<Float32Array[]>((resolve, reject) => {
      this.#requests.set(id, { kind: "embed", resolve, reject });
      this.#post({ type: "embed", id, inputs, adapters });
      if (signal.aborted) cancel();
    }).finally(() => signal.removeEventListener("abort", cancel));
  }

  /**
   * Loads a LoRA adapter; requests that run wait for it for a moment.
   *
   * @returns its number, which no other adapter of this engine ever has.
   * @throws {InvalidRequestError} it is no sound adapter for this model.
   */
  loadAdapter(path: string): Promise<number> {
    return this.#askOfAdapter((id) => ({ type: "load", id, path }));
  }

  /** Refuses new requests for it at once; resolves when the last is answered and its memory free. */
  async unloadAdapter(adapter: number): Promise<void> {
    await this.#askOfAdapter((id) => ({ type: "unload", id, adapter }));
  }

  #askOfAdapter(toMessage: (id: number) => ToThread): Promise<number> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#requests.set(id, { kind: "adapter", resolve, reject });
      this.#post(toMessage(id));
    });
  }

  /** Seconds until a waiting request can expect a slot, from the work at hand; 1…60. */
  expectedWaitSeconds(): number {
    const rate = this.#gauges.get("tokensPerSecond");
    const pending = this.#gauges.get("pendingTokens");
    const share = 1 / Math.max(1, this.#requests.size);
    return Math.min(60, Math.max(1, Math.ceil(rate > 0 ? (pending / rate) * share : 1)));
  }

  /** Ends the thread and frees the model; running requests fail. */
  async close(): Promise<void> {
    const ended = this.ended();
    for (const id of this.#requests.keys())
      this.#fail(id, new UnavailableError("The worker is stopping."));
    this.#post({ type: "close" });
    await ended;
  }

  #admit(): void {
    const inFlight = this.#requests.size;
    if (inFlight < this.#maxRequests) return;
    throw new QueueFullError(Math.max(0, inFlight - this.slotCount), this.expectedWaitSeconds());
  }

  #receive(message: FromThread): void {
    if (message.type === "step") for (const event of message.events) this.#deliver(event);
    if (message.type === "slots") this.#slots = message.slots;
    if (message.type === "refused")
      this.#fail(message.id, new InvalidRequestError(message.message, message.param));
    if (message.type === "adapter") {
      const request = this.#requests.get(message.id);
      this.#requests.delete(message.id);
      if (request?.kind === "adapter") request.resolve(message.adapter);
    }
    if (message.type === "embedded") {
      const request = this.#requests.get(message.id);
      this.#requests.delete(message.id);
      if (request?.kind === "embed") request.resolve(message.vectors);
    }
  }

  #deliver(event: ChoiceEvent): void {
    const request = this.#requests.get(event.id);
    if (request?.kind !== "generate") return;
    request.queue.push(event);
    if (event.finish === undefined) return;
    this.finished[event.finish.reason]++;
    if (--request.choicesLeft > 0) return;
    this.#requests.delete(event.id);
    request.queue.end();
  }

  #cancel(id: number): void {
    if (!this.#requests.has(id)) return;
    this.#post({ type: "cancel", id });
    this.#fail(id, new DOMException("The request was cancelled.", "AbortError"));
  }

  #fail(id: number, error: unknown): void {
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    if (request?.kind === "generate") request.queue.fail(error);
    if (request?.kind === "embed" || request?.kind === "adapter") request.reject(error);
  }

  #post(message: ToThread): void {
    this.#thread.postMessage(message);
  }
}
