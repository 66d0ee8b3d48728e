/**
 * @file The engine as the rest of the worker sees it: prompts in, streams of choices out.
 *
 * The model lives in a thread of its own (engine-thread.ts); this side tokenises, admits, and
 * hands events to whoever waits for them.
 */
import type { Worker } from "node:worker_threads";
import { QueueFullError } from "../errors/limit-errors.ts";
import { ContextLengthError, InvalidRequestError } from "../errors/request-errors.ts";
import { UsageError } from "../errors/usage-error.ts";
import { UnavailableError } from "../errors/worker-errors.ts";
import type { EventQueue } from "../http/event-queue.ts";
import { bindNative } from "../llama/native.ts";
import { siblingThread } from "../llama/sibling-module.ts";
import { Vocab } from "../llama/vocab.ts";
import type { AdapterSet } from "./adapter-set.ts";
import type { EngineOptions, OwnOptions, ThreadOptions } from "./engine-options.ts";
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
import { RequestsInFlight } from "./requests-in-flight.ts";

export class Engine {
  readonly info: EngineInfo;
  readonly vocab: Vocab;
  readonly slotCount: number;
  readonly #thread: Worker;
  readonly #gauges: Gauges;
  readonly #maxRequests: number;
  readonly #requests: RequestsInFlight;
  #slots: SlotState[] = [];

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
    const info = await loaded(thread, { onLog, onNotice });
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
    this.#requests = new RequestsInFlight(thread);
    this.vocab = new Vocab(bindNative(libraries), info.model);
    thread.on("message", (message: FromThread) => this.#receive(message));
  }

  get slots(): readonly SlotState[] {
    return this.#slots;
  }

  /** Choices that came to their end since the start, by what ended them. */
  get finished(): { readonly stop: number; readonly length: number } {
    return this.#requests.finished;
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
    return this.#requests.generate(generation, signal);
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
    return generations.map((generation) => () => this.#requests.generate(generation, signal));
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
    return this.#requests.embed(inputs, adapters, signal);
  }

  /**
   * Loads a LoRA adapter; requests that run wait for it for a moment.
   *
   * @returns its number, which no other adapter of this engine ever has.
   * @throws {InvalidRequestError} it is no sound adapter for this model.
   */
  loadAdapter(path: string): Promise<number> {
    return this.#requests.adapter((id) => ({ type: "load", id, path }));
  }

  /** Refuses new requests for it at once; resolves when the last is answered and its memory free. */
  async unloadAdapter(adapter: number): Promise<void> {
    await this.#requests.adapter((id) => ({ type: "unload", id, adapter }));
  }

  /** Seconds until a waiting request can expect a slot, from the work at hand; 1…60. */
  expectedWaitSeconds(): number {
    const rate = this.#gauges.get("tokensPerSecond");
    const pending = this.#gauges.get("pendingTokens");
    const share = 1 / Math.max(1, this.#requests.count);
    return Math.min(60, Math.max(1, Math.ceil(rate > 0 ? (pending / rate) * share : 1)));
  }

  /** Ends the thread and frees the model; running requests fail. */
  async close(): Promise<void> {
    const ended = this.ended();
    this.#requests.failAll(new UnavailableError("The worker is stopping."));
    this.#thread.postMessage({ type: "close" } satisfies ToThread);
    await ended;
  }

  #admit(): void {
    const inFlight = this.#requests.count;
    if (inFlight < this.#maxRequests) return;
    throw new QueueFullError(Math.max(0, inFlight - this.slotCount), this.expectedWaitSeconds());
  }

  #receive(message: FromThread): void {
    if (message.type === "slots") this.#slots = message.slots;
    else this.#requests.receive(message);
  }
}

function loaded(
  thread: Worker,
  { onLog, onNotice }: Pick<EngineOptions, "onLog" | "onNotice">,
): Promise<EngineInfo> {
  return new Promise((resolve, reject) => {
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
}
