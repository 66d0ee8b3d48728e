/**
 * @file Which requests run and which wait: the oldest gets the next slot while KV cells last, and the
 * youngest goes back to wait when they run out.
 */
import type { AdapterSet } from "./adapter-set.ts";
import { type Job, pendingTokens, predictedCells } from "./job.ts";
import type { JobMaker } from "./job-maker.ts";
import type { Gauges } from "./messages.ts";
import type { Slot } from "./slot.ts";
import type { SlotMemory } from "./slot-memory.ts";
import type { Slots } from "./slots.ts";

export type SchedulerOptions = {
  slots: Slots;
  memory: SlotMemory;
  maker: JobMaker;
  /** In tokens, shared by all slots. */
  contextSize: number;
  /** Whether drafts may lie behind what a slot has evaluated. */
  drafts: boolean;
  gauges: Gauges;
  /** Ms, monotonic. */
  now: () => number;
};

export class Scheduler {
  readonly #options: SchedulerOptions;
  #queue: Job[] = [];

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return this.#queue.length === 0 && this.#options.slots.all.every(({ job }) => job === null);
  }

  /** The adapter sets of all requests that run or wait. */
  adapterSets(): AdapterSet[] {
    const running = this.#options.slots.running().flatMap(({ job }) => job ?? []);
    return [...this.#queue, ...running].map(({ generation }) => generation.adapters);
  }

  enqueue(job: Job): void {
    this.#queue.push(job);
    this.updateGauges();
  }

  /** Ends the request wherever it is; its slots are free at once. */
  cancel(id: number): void {
    for (const job of this.#queue) if (job.id === id) freeSampler(job);
    this.#queue = this.#queue.filter((job) => job.id !== id);
    for (const slot of this.#options.slots.running())
      if (slot.job?.id === id) this.finish(slot, slot.job);
    this.updateGauges();
  }

  /** Seats waiting requests, oldest first, while slots and predicted KV cells last. */
  seat(): void {
    for (let job = this.#queue[0]; job !== undefined; job = this.#queue[0]) {
      if (!this.#hasRoomFor(job)) return;
      const slot = this.#options.slots.acquire(job);
      if (slot === null) return;
      this.#queue.shift();
      this.#start(job, slot);
    }
  }

  /** Seats a further choice of the slot's request beside it; null where it has to wait. */
  fork(from: Slot, fork: Job): Slot | null {
    const slot = this.#options.slots.fork(from, fork);
    if (slot === null)
      this.#queue.push(fork); // finds the prompt cached when it is seated
    else this.#start(fork, slot);
    return slot;
  }

  /** Ends the slot's job, whose end is told or will not be. */
  finish(slot: Slot, job: Job): void {
    freeSampler(job);
    this.#release(slot);
  }

  /**
   * No KV cells left: gives up an idle slot's cache, else sends the youngest request back to wait.
   *
   * @returns the slot whose request has no more room than it has filled, being alone.
   */
  makeRoom(): Slot | null {
    const { slots, memory } = this.#options;
    if (slots.evict()) return null;
    const running = slots.running();
    const youngest = running.reduce((a, b) => (startedAt(a) > startedAt(b) ? a : b));
    if (running.length === 1) return youngest;
    if (youngest.job !== null) this.#queue.unshift(youngest.job);
    memory.empty(youngest);
    this.#release(youngest);
    return null;
  }

  updateGauges(): void {
    const { gauges, slots } = this.#options;
    const running = slots.running();
    const pending = [
      ...this.#queue.map((job) => pendingTokens(job, 0)),
      ...running.map(({ job, evaluated }) => (job === null ? 0 : pendingTokens(job, evaluated))),
    ];
    gauges.set("busy", running.length);
    gauges.set("queued", this.#queue.length);
    gauges.set("kvUsed", slots.cells());
    gauges.set(
      "pendingTokens",
      pending.reduce((sum, tokens) => sum + tokens, 0),
    );
  }

  #hasRoomFor(job: Job): boolean {
    const { contextSize, slots } = this.#options;
    const running = slots.running();
    const committed = running.reduce(
      (sum, { job: seated }) => sum + (seated ? predictedCells(seated, contextSize) : 0),
      0,
    );
    return running.length === 0 || committed + predictedCells(job, contextSize) <= contextSize;
  }

  #start(job: Job, slot: Slot): void {
    const { maker, gauges, now } = this.#options;
    maker.equip(job);
    if (job.startedAt > 0) return; // preempted before, and back again
    job.startedAt = now();
    job.cachedTokens = slot.evaluated;
    gauges.add("cachedTokens", slot.evaluated);
  }

  #release(slot: Slot): void {
    const { slots, memory, drafts, now } = this.#options;
    if (drafts) memory.forgetRefused(slot);
    slots.release(slot, now());
  }
}

function startedAt({ job }: Slot): number {
  return job?.startedAt ?? 0;
}

function freeSampler(job: Job): void {
  job.sampler?.free();
  job.sampler = null;
}
