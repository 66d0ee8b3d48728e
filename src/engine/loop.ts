/**
 * @file Continuous batching: every step evaluates one batch that all running requests share.
 *
 * drain inbox → seat waiting requests → fill one batch (every decoding slot first, then prompt
 * slices, fair between prompts) → `llama_decode` → sample each → one list of events.
 */
import type { Context } from "../llama/context.ts";
import { TokenBatch } from "../llama/context.ts";
import type { Model } from "../llama/model.ts";
import type { Native } from "../llama/native.ts";
import { Sampler } from "../llama/sampler.ts";
import { completionTokens, type Job, pendingTokens, predictedCells } from "./job.ts";
import type { ChoiceEvent, Finish, Gauges, Generation, SlotState } from "./messages.ts";
import { PromptCache } from "./prompt-cache.ts";
import { type Slot, Slots } from "./slots.ts";
import { TextStream } from "./text-stream.ts";

export type LoopOptions = {
  native: Native;
  model: Model;
  context: Context;
  slots: number;
  batchSize: number;
  /** Longest prompt plus answer, in tokens. */
  contextLimit: number;
  promptCacheBytes: number;
  gauges: Gauges;
  /** Ms, monotonic. */
  now: () => number;
  onStarted: (id: number) => void;
};

/** How long decoding slots may wait for others' prompt slices in one step. */
const sliceMs = 500;
const minSliceTokens = 128;

/** One slot's part of a batch: `count` tokens, and the row of its logits if its prompt is complete. */
type Share = { slot: Slot; count: number; row: number };

export class Loop {
  readonly #options: LoopOptions;
  readonly #slots: Slots;
  readonly #batch: TokenBatch;
  #queue: Job[] = [];
  #events: ChoiceEvent[] = [];
  #tokensPerMs = 0;
  #prefillPerMs = 0;
  #slotsChanged = true;

  constructor(options: LoopOptions) {
    const { context, slots, model, batchSize, promptCacheBytes } = options;
    this.#options = options;
    const cache = new PromptCache(promptCacheBytes);
    this.#slots = new Slots(context, slots, cache, model.rewindable);
    this.#batch = new TokenBatch(Math.max(batchSize, slots), slots);
  }

  get idle(): boolean {
    return this.#queue.length === 0 && this.#slots.all.every(({ job }) => job === null);
  }

  /** @throws {InvalidRequestError} the grammar is not valid. */
  submit(id: number, generation: Generation): void {
    const jobs: Job[] = [];
    try {
      for (let choice = 0; choice < generation.choices; choice++)
        jobs.push(this.#newJob(id, choice, generation));
    } catch (error) {
      for (const job of jobs) job.sampler.free();
      throw error;
    }
    const [first, ...forks] = jobs as [Job, ...Job[]];
    first.forks = forks;
    this.#queue.push(first);
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

  /** Evaluates one batch. */
  step(): ChoiceEvent[] {
    this.#events = [];
    this.#seat();
    const shares = this.#fill();
    if (shares.length > 0) this.#evaluate(shares);
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

  #newJob(id: number, choice: number, generation: Generation): Job {
    const { native, model, context, now } = this.#options;
    const { sampling, ignoreEnd, minTokens, stops, trimStart } = generation;
    const seed = (sampling.seed + choice) >>> 0;
    const forbidEnd = ignoreEnd || minTokens > 0;
    const size = context.contextSize;
    const tokens = Array.from(generation.tokens);
    const sampler = new Sampler(native, model.vocab, { ...sampling, seed }, size, forbidEnd);
    sampler.acceptPrompt(tokens);
    return {
      id,
      choice,
      generation,
      tokens,
      promptTokens: tokens.length,
      sampler,
      text: new TextStream(stops, trimStart),
      forks: [],
      queuedAt: now(),
      startedAt: 0,
      firstTokenAt: 0,
      cachedTokens: 0,
    };
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
    if (job.startedAt > 0) return; // preempted before, and back again
    job.startedAt = this.#options.now();
    job.cachedTokens = slot.evaluated;
    this.#options.gauges.add("cachedTokens", slot.evaluated);
    if (job.choice === 0) this.#options.onStarted(job.id);
  }

  /** One token of each decoding slot, then slices of prompts, the shortest first and all fair. */
  #fill(): Share[] {
    this.#batch.reset();
    const waiting = (slot: Slot) => slot.tokens.length - slot.evaluated;
    const running = this.#slots.running().sort((a, b) => waiting(a) - waiting(b));
    const decoding = running.filter((slot) => waiting(slot) === 1);
    const prompts = running.filter((slot) => waiting(slot) > 1);
    const shares = decoding.map((slot) => this.#add(slot, 1));
    let budget = Math.min(this.#batch.free, this.#sliceBudget(decoding.length));
    prompts.forEach((slot, i) => {
      const count = Math.min(waiting(slot), Math.floor(budget / (prompts.length - i)));
      if (count === 0) return;
      shares.push(this.#add(slot, count));
      budget -= count;
    });
    return shares;
  }

  /** Alone, prompts fill the batch: its shape, and so the answer, depends on nothing but them. */
  #sliceBudget(decoding: number): number {
    if (decoding === 0 || this.#prefillPerMs === 0) return this.#batch.size;
    return Math.max(minSliceTokens, Math.floor(this.#prefillPerMs * sliceMs));
  }

  #add(slot: Slot, count: number): Share {
    let row = -1;
    for (let at = slot.evaluated; at < slot.evaluated + count; at++) {
      const last = at === slot.tokens.length - 1;
      const added = this.#batch.add(slot.tokens[at] as number, at, slot.id, last);
      if (last) row = added;
    }
    return { slot, count, row };
  }

  #evaluate(shares: Share[]): void {
    const { context, now, gauges } = this.#options;
    const begin = now();
    if (context.decode(this.#batch.columns) === "full") {
      this.#makeRoom(shares);
      return;
    }
    for (const { slot, count } of shares) slot.evaluated += count;
    for (const { slot, row } of shares) if (row >= 0) this.#sample(slot, row);
    this.#measure(this.#batch.length, now() - begin);
    gauges.add("steps", 1);
  }

  /** No KV cells left: give up an idle slot's cache, else send the youngest request back to wait. */
  #makeRoom(shares: Share[]): void {
    if (this.#slots.evict()) return;
    const youngest = shares
      .map(({ slot }) => slot)
      .reduce((a, b) => (startedAt(a) > startedAt(b) ? a : b));
    const { job } = youngest;
    if (job === null) return;
    if (shares.length === 1) {
      this.#finish(youngest, job, "", "length");
      return;
    }
    this.#queue.unshift(job);
    this.#slots.empty(youngest);
    this.#release(youngest);
  }

  #sample(slot: Slot, row: number): void {
    const { job } = slot;
    if (job === null) return;
    const forked = job.forks.map((fork) => ({
      fork,
      target: this.#slots.fork(slot, fork),
    }));
    job.forks = [];
    for (const { fork, target } of forked.reverse()) {
      if (target === null)
        this.#queue.unshift(fork); // finds the prompt cached when it is seated
      else {
        this.#start(fork, target);
        this.#pick(target, fork, row);
      }
    }
    this.#pick(slot, job, row);
  }

  #pick(slot: Slot, job: Job, row: number): void {
    const { context, model, contextLimit, now, gauges } = this.#options;
    const { maxTokens, minTokens, stopTokens, ignoreEnd } = job.generation;
    if (job.firstTokenAt === 0) job.firstTokenAt = now();
    const token = job.sampler.sample(context, row);
    job.tokens.push(token);
    const count = completionTokens(job);
    gauges.add("completionTokens", 1);
    if (model.vocab.isEndOfGeneration(token) || stopTokens.includes(token)) {
      this.#finish(slot, job, job.text.end(), "stop");
      return;
    }
    const { text, stopped } = job.text.push(model.vocab.piece(token));
    if (stopped || count === maxTokens || job.tokens.length >= contextLimit) {
      const reason = stopped ? "stop" : "length";
      this.#finish(slot, job, stopped ? text : text + job.text.end(), reason);
      return;
    }
    if (count === minTokens && !ignoreEnd) job.sampler.allowEnd();
    if (text !== "") this.#events.push({ id: job.id, choice: job.choice, text });
  }

  #finish(slot: Slot, job: Job, text: string, reason: Finish["reason"]): void {
    const end = this.#options.now();
    const timings = {
      queueMs: job.startedAt - job.queuedAt,
      prefillMs: job.firstTokenAt - job.startedAt,
      decodeMs: end - job.firstTokenAt,
      promptTokens: job.promptTokens,
      cachedTokens: job.cachedTokens,
      completionTokens: completionTokens(job),
      forked: job.choice > 0,
    };
    this.#events.push({
      id: job.id,
      choice: job.choice,
      text,
      finish: { reason, timings },
    });
    this.#options.gauges.add("promptTokens", job.promptTokens - job.cachedTokens);
    job.sampler.free();
    this.#release(slot);
  }

  #release(slot: Slot): void {
    this.#slots.release(slot, this.#options.now());
    this.#slotsChanged = true;
  }

  /** Keeps moving averages of tokens per ms: of all steps, and of those that mostly read prompts. */
  #measure(tokens: number, ms: number): void {
    const rate = tokens / Math.max(ms, 0.01);
    this.#tokensPerMs = averaged(this.#tokensPerMs, rate);
    if (tokens >= minSliceTokens) this.#prefillPerMs = averaged(this.#prefillPerMs, rate);
    this.#options.gauges.set("tokensPerSecond", this.#tokensPerMs * 1000);
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

function averaged(before: number, value: number): number {
  return before === 0 ? value : before * 0.9 + value * 0.1;
}

function startedAt({ job }: Slot): number {
  return job?.startedAt ?? 0;
}

function freeJob(job: Job): void {
  job.sampler.free();
  for (const fork of job.forks) fork.sampler.free();
}
