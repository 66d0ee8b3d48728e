/**
 * @file Continuous batching: every step evaluates one batch that all running requests share.
 *
 * drain inbox → seat waiting requests → fill one batch (every decoding slot first, then prompt
 * slices, fair between prompts) → `llama_decode` → sample each → one list of events.
 */
import { ApiError } from "../errors/api-error.ts";
import type { Context } from "../llama/context.ts";
import type { Model } from "../llama/model.ts";
import type { Native } from "../llama/native.ts";
import type { AdapterSet } from "./adapter-set.ts";
import { AdapterTurns } from "./adapter-turns.ts";
import type { DiskCache } from "./cache/disk-cache.ts";
import { completionTokens, type Job, pendingTokens, predictedCells, timingsOf } from "./job.ts";
import { JobMaker } from "./job-maker.ts";
import type { LoadedAdapters } from "./loaded-adapters.ts";
import type { ChoiceEvent, Gauges, Generation, SlotState } from "./messages.ts";
import { PromptCache } from "./prompt-cache.ts";
import { logPrompt, progressOf, takePromptLog } from "./prompt-report.ts";
import { type Slot, Slots } from "./slots.ts";
import type { Speculation } from "./speculation/speculation.ts";
import { averaged, isLogged, type Share, StepBatch } from "./step-batch.ts";
import { ended, type Picked, TokenPicker } from "./token-picker.ts";

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
  readonly #batch: StepBatch;
  readonly #maker: JobMaker;
  readonly #picker: TokenPicker;
  readonly #turns: AdapterTurns;
  #queue: Job[] = [];
  #events: ChoiceEvent[] = [];
  #tokensPerMs = 0;
  #slotsChanged = true;

  constructor(options: LoopOptions) {
    const { native, context, slots, model, batchSize, speculation } = options;
    this.#options = options;
    const cache = new PromptCache(options.promptCacheBytes, model.rewindable, options.diskCache);
    this.#slots = new Slots(context, slots, cache, model);
    const vocabularySize = model.vocab.size;
    this.#batch = new StepBatch({ batchSize, slots, vocabularySize, speculation });
    this.#maker = new JobMaker(native, model, context.contextSize);
    this.#picker = new TokenPicker(context, model, options.contextLimit);
    this.#turns = new AdapterTurns(options.now);
  }

  get idle(): boolean {
    return this.#queue.length === 0 && this.#slots.all.every(({ job }) => job === null);
  }

  /** The adapter sets of all requests that run or wait. */
  adapterSets(): AdapterSet[] {
    const running = this.#slots.running().flatMap(({ job }) => job ?? []);
    return [...this.#queue, ...running].map(({ generation }) => generation.adapters);
  }

  /** @throws {InvalidRequestError} the grammar is not valid, or an adapter just unloaded. */
  submit(id: number, generation: Generation): void {
    this.#options.adapters.assertUsable(generation.adapters);
    this.#queue.push(this.#maker.job(id, generation, this.#options.now()));
    this.#updateGauges();
  }

  /** Ends the request wherever it is; its slots are free at once. */
  cancel(id: number): void {
    for (const job of this.#queue) if (job.id === id) freeJob(job);
    this.#queue = this.#queue.filter((job) => job.id !== id);
    for (const slot of this.#slots.running())
      if (slot.job?.id === id) {
        freeJob(slot.job);
        this.#release(slot);
      }
    this.#updateGauges();
  }

  /** Lets the disk have what is cached; no step may follow. */
  close(): void {
    if (this.#options.diskCache !== null) this.#slots.close();
  }

  /** Evaluates one batch. */
  step(): ChoiceEvent[] {
    this.#events = [];
    this.#seat();
    const begin = this.#options.now();
    const seated = this.#slots.running();
    const shares = this.#batch.fill(this.#turns.of(seated), seated); // a draft model works in here
    const refused = this.#refusedTokens();
    if (shares.length > 0 && this.#evaluate(shares))
      this.#measure(this.#batch.length - (this.#refusedTokens() - refused), begin);
    this.#updateGauges();
    return this.#events;
  }

  /** The slots, if they have changed since the last call. */
  takeSlotStates(): SlotState[] | null {
    if (!this.#slotsChanged) return null;
    this.#slotsChanged = false;
    return this.#slots.all.map((slot) => ({
      id: slot.id,
      busy: slot.job !== null,
      request: slot.job?.id ?? null,
      cachedTokens: slot.evaluated,
      promptTokens: slot.job?.promptTokens ?? 0,
      completionTokens: slot.job === null ? 0 : completionTokens(slot.job),
      prefixes: slot.prefixes,
    }));
  }

  /** Seats waiting requests, oldest first, while slots and predicted KV cells last. */
  #seat(): void {
    for (let job = this.#queue[0]; job !== undefined; job = this.#queue[0]) {
      if (!this.#hasRoomFor(job)) return;
      const slot = this.#slots.acquire(job);
      if (slot === null) return;
      this.#queue.shift();
      this.#start(job, slot);
    }
  }

  #hasRoomFor(job: Job): boolean {
    const { contextSize } = this.#options.context;
    const running = this.#slots.running();
    const committed = running.reduce(
      (sum, { job: seated }) => sum + (seated ? predictedCells(seated, contextSize) : 0),
      0,
    );
    return running.length === 0 || committed + predictedCells(job, contextSize) <= contextSize;
  }

  #start(job: Job, slot: Slot): void {
    this.#slotsChanged = true;
    this.#maker.equip(job);
    if (job.startedAt > 0) return; // preempted before, and back again
    job.startedAt = this.#options.now();
    job.cachedTokens = slot.evaluated;
    this.#options.gauges.add("cachedTokens", slot.evaluated);
  }

  /** False where there was no room. */
  #evaluate(shares: Share[]): boolean {
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
    for (const share of shares) this.#advance(share);
    // Who was cancelled on the way, with a request whose grammar failed, has lost the slot by now.
    for (const share of shares)
      if (share.row >= 0 && share.slot.job === share.job) this.#sample(share);
    this.#batch.measure(now() - begin);
    gauges.add("steps", 1);
    return true;
  }

  /** Tells the speculation what a step costs in which slots only decode. */
  #measureDecoding(shares: readonly Share[], begin: number): void {
    const { context, now, speculation } = this.#options;
    if (shares.some(({ count, row }) => count > 1 || row < 0)) return;
    context.synchronize();
    speculation?.measure(this.#batch.length, now() - begin);
  }

  /** Counts what is evaluated, and tells it to those who want to know. */
  #advance(share: Share): void {
    const { context, model, now } = this.#options;
    const { slot, count } = share;
    if (isLogged(slot)) logPrompt(model.vocab, context, share);
    slot.evaluated += count;
    this.#slots.keepAtParting(slot);
    const progress = slot.job && progressOf(slot.job, slot.evaluated, now());
    if (progress) this.#events.push(progress);
  }

  /** No KV cells left: give up an idle slot's cache, else send the youngest request back to wait. */
  #makeRoom(): void {
    if (this.#slots.evict()) return;
    const youngest = this.#slots.running().reduce((a, b) => (startedAt(a) > startedAt(b) ? a : b));
    const { job } = youngest;
    if (job === null) return;
    if (this.#slots.running().length === 1) {
      for (const choice of job.forks.splice(0)) this.#tellNothing(this.#maker.fork(job, choice));
      this.#tell(youngest, job, ended(job, "length"));
      return;
    }
    this.#queue.unshift(job);
    this.#slots.empty(youngest);
    this.#release(youngest);
  }

  /** The end of a choice that there was no room for. */
  #tellNothing(job: Job): void {
    const { id, choice } = job;
    const finish = { ...nothingMore, timings: timingsOf(job, this.#options.now()) };
    this.#events.push({ id, choice, text: "", finish });
  }

  #sample({ slot, job, row, draft }: Share): void {
    if (job.tellsPrompt) this.#events.push(takePromptLog(job));
    for (let choice = job.forks.shift(); choice !== undefined; choice = job.forks.shift()) {
      const fork = this.#maker.fork(job, choice);
      const target = this.#slots.fork(slot, fork);
      if (target === null) {
        this.#queue.push(fork); // finds the prompt cached when it is seated
        continue;
      }
      this.#start(fork, target);
      if (!this.#pick(target, fork, row)) return;
    }
    this.#pickThrough(slot, job, row, draft);
  }

  /** While the token picked is the one drafted, its row has the logits for the next. */
  #pickThrough(slot: Slot, job: Job, row: number, draft: readonly number[]): void {
    const before = job.tokens.length;
    let accepted = 0;
    this.#count(job, "tokens", draft.length); // first: who ends on the way tells what it cost
    this.#pick(slot, job, row);
    while (slot.job === job && draft[accepted] === job.tokens.at(-1)) {
      slot.evaluated++;
      this.#count(job, "accepted", 1);
      this.#pick(slot, job, row + ++accepted);
    }
    if (slot.job === job && accepted < draft.length) this.#forgetRefused(slot);
    this.#options.speculation?.judge(job, before);
  }

  #count(job: Job, part: "tokens" | "accepted", count: number): void {
    const { gauges } = this.#options;
    job.draft[part] += count;
    gauges.add(part === "tokens" ? "draftedTokens" : "acceptedTokens", count);
    if (part === "tokens" && count > 0) gauges.add("drafts", 1);
  }

  /** Where that cannot be, the slot is read again from its beginning. */
  #forgetRefused(slot: Slot): void {
    const { context } = this.#options;
    if (context.forget(slot.id, slot.evaluated)) return;
    context.forget(slot.id);
    slot.evaluated = 0;
  }

  /** False when the request had to be given up. */
  #pick(slot: Slot, job: Job, row: number): boolean {
    const { now, gauges } = this.#options;
    if (job.firstTokenAt === 0) job.firstTokenAt = now();
    try {
      const readsOnly = job.generation.maxTokens === 0;
      const picked = readsOnly ? ended(job, "length") : this.#picker.pick(job, row);
      if (!readsOnly) gauges.add("completionTokens", 1);
      this.#tell(slot, job, picked);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#options.onRefused(job.id, error); // its grammar has too many readings of the text
      this.cancel(job.id);
      return false;
    }
  }

  #tell(slot: Slot, job: Job, { text, logprobs, end }: Picked): void {
    const { now, gauges } = this.#options;
    const { id, choice } = job;
    const event: ChoiceEvent = { id, choice, text };
    if (logprobs !== null) event.logprobs = logprobs;
    if (job.generation.timingsPerToken) event.timings = timingsOf(job, now());
    if (end !== null) event.finish = { ...end, timings: timingsOf(job, now()) };
    if (text !== "" || end !== null) this.#events.push(event);
    if (end === null) return;
    gauges.add("promptTokens", job.promptTokens - job.cachedTokens);
    freeJob(job);
    this.#release(slot);
  }

  #release(slot: Slot): void {
    if (this.#options.speculation !== null) this.#forgetRefused(slot);
    this.#slots.release(slot, this.#options.now());
    this.#slotsChanged = true;
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

  #updateGauges(): void {
    const { gauges } = this.#options;
    const running = this.#slots.running();
    const pending = [
      ...this.#queue.map((job) => pendingTokens(job, 0)),
      ...running.map(({ job, evaluated }) => (job === null ? 0 : pendingTokens(job, evaluated))),
    ];
    gauges.set("busy", running.length);
    gauges.set("queued", this.#queue.length);
    gauges.set("kvUsed", this.#slots.cells());
    gauges.set(
      "pendingTokens",
      pending.reduce((sum, tokens) => sum + tokens, 0),
    );
  }
}

const nothingMore = { reason: "length", stopString: null } as const;

function startedAt({ job }: Slot): number {
  return job?.startedAt ?? 0;
}

function freeJob(job: Job): void {
  job.sampler?.free();
  job.sampler = null;
}
