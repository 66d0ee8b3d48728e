/**
 * @file Continuous batching: every step evaluates one batch that all running requests share.
 *
 * drain inbox → seat waiting requests → fill one batch (every decoding slot first, then prompt
 * slices, fair between prompts) → `llama_decode` → sample each → one list of events.
 */
import type { ApiError } from "../errors/api-error.ts";
import type { Context } from "../llama/context.ts";
import type { Model } from "../llama/model.ts";
import type { Native } from "../llama/native.ts";
import type { AdapterSet } from "./adapter-set.ts";
import { AdapterTurns } from "./adapter-turns.ts";
import type { DiskCache } from "./cache/disk-cache.ts";
import { JobMaker } from "./job-maker.ts";
import type { LoadedAdapters } from "./loaded-adapters.ts";
import type { ChoiceEvent, Gauges, Generation, SlotState } from "./messages.ts";
import { PromptCache } from "./prompt-cache.ts";
import { Scheduler } from "./scheduler.ts";
import { SlotMemory } from "./slot-memory.ts";
import { Slots } from "./slots.ts";
import type { Speculation } from "./speculation/speculation.ts";
import { averaged, type Share, StepBatch } from "./step-batch.ts";
import { StepResults } from "./step-results.ts";
import { TokenPicker } from "./token-picker.ts";

export type LoopOptions = {
  native: Native;
  model: Model;
  context: Context;
  adapters: LoadedAdapters;
  slots: number;
  batchSize: number;
  /** Longest prompt plus answer, in tokens. */
  contextLimit: number;
  promptCacheBytes: number;
  diskCache: DiskCache | null;
  /** Null where nothing is drafted. */
  speculation: Speculation | null;
  gauges: Gauges;
  /** Ms, monotonic. */
  now: () => number;
  /** A request cannot be answered to its end. */
  onRefused: (id: number, error: ApiError) => void;
};

export class Loop {
  readonly #options: LoopOptions;
  readonly #slots: Slots;
  readonly #scheduler: Scheduler;
  readonly #batch: StepBatch;
  readonly #results: StepResults;
  readonly #maker: JobMaker;
  readonly #turns: AdapterTurns;
  #tokensPerMs = 0;

  constructor(options: LoopOptions) {
    const { native, context, model, batchSize, speculation, gauges, now, onRefused } = options;
    const { contextSize } = context;
    const { vocab } = model;
    this.#options = options;
    const cache = new PromptCache(options.promptCacheBytes, model.rewindable, options.diskCache);
    const memory = new SlotMemory(context, cache, model);
    const slots = new Slots({ count: options.slots, memory, cache, model });
    const maker = new JobMaker(native, model, contextSize);
    const drafts = speculation !== null;
    const scheduler = new Scheduler({ slots, memory, maker, contextSize, drafts, gauges, now });
    const picker = new TokenPicker(context, model, options.contextLimit);
    this.#results = new StepResults({
      ...{ context, vocab, scheduler, memory, maker, picker },
      ...{ speculation, gauges, now, onRefused },
    });
    const vocabularySize = vocab.size;
    this.#batch = new StepBatch({ batchSize, slots: options.slots, vocabularySize, speculation });
    this.#slots = slots;
    this.#scheduler = scheduler;
    this.#maker = maker;
    this.#turns = new AdapterTurns(now);
  }

  get idle(): boolean {
    return this.#scheduler.idle;
  }

  /** The adapter sets of all requests that run or wait. */
  adapterSets(): AdapterSet[] {
    return this.#scheduler.adapterSets();
  }

  /** @throws {InvalidRequestError} the grammar is not valid, or an adapter just unloaded. */
  submit(id: number, generation: Generation): void {
    this.#options.adapters.assertUsable(generation.adapters);
    this.#scheduler.enqueue(this.#maker.job(id, generation, this.#options.now()));
  }

  /** Ends the request wherever it is; its slots are free at once. */
  cancel(id: number): void {
    this.#scheduler.cancel(id);
  }

  /** Lets the disk have what is cached; no step may follow. */
  close(): void {
    if (this.#options.diskCache !== null) this.#slots.close();
  }

  /** Evaluates one batch. */
  step(): ChoiceEvent[] {
    this.#scheduler.seat();
    const begin = this.#options.now();
    const seated = this.#slots.running();
    const shares = this.#batch.fill(this.#turns.of(seated), seated); // a draft model works in here
    const refused = this.#refusedTokens();
    if (shares.length > 0 && this.#evaluate(shares))
      this.#measure(this.#batch.length - (this.#refusedTokens() - refused), begin);
    this.#scheduler.updateGauges();
    return this.#results.takeEvents();
  }

  /** The slots, if they have changed since the last call. */
  takeSlotStates(): SlotState[] | null {
    return this.#slots.takeStates();
  }

  /** False where there was no room. */
  #evaluate(shares: readonly Share[]): boolean {
    const { context, adapters, now, gauges, speculation } = this.#options;
    const begin = now();
    const [first] = shares;
    if (first !== undefined) adapters.apply(context, first.job.generation.adapters); // all of one set
    if (context.decode(this.#batch.columns) === "full") {
      if (shares.some(({ draft }) => draft.length > 0)) speculation?.pause();
      else this.#makeRoom();
      return false;
    }
    if (speculation !== null) this.#measureDecoding(shares, begin);
    this.#results.read(shares);
    this.#batch.measure(now() - begin);
    gauges.add("steps", 1);
    return true;
  }

  #makeRoom(): void {
    const full = this.#scheduler.makeRoom();
    if (full !== null) this.#results.cutShort(full);
  }

  /** Tells the speculation what a step costs in which slots only decode. */
  #measureDecoding(shares: readonly Share[], begin: number): void {
    const { context, now, speculation } = this.#options;
    if (shares.some(({ count, row }) => count > 1 || row < 0)) return;
    context.synchronize();
    speculation?.measure(this.#batch.length, now() - begin);
  }

  /** Drafted tokens that were not picked, ever. */
  #refusedTokens(): number {
    const { gauges } = this.#options;
    return gauges.get("draftedTokens") - gauges.get("acceptedTokens");
  }

  /** @param tokens Those that the step leaves in the slots. */
  #measure(tokens: number, begin: number): void {
    const { gauges, now } = this.#options;
    this.#tokensPerMs = averaged(this.#tokensPerMs, tokens / Math.max(now() - begin, 0.01));
    gauges.set("tokensPerSecond", this.#tokensPerMs * 1000);
  }
}
