/**
 * @file The worker's places for running requests: who sits where, and what is cached there.
 *
 * A slot is one sequence of the KV cache. A request goes where the longest beginning of its prompt
 * lies already: in a free slot, shared from another one, or copied back from RAM. Nothing is read
 * twice that the cache still holds.
 *
 * What can be used of a sequence depends on the model's memory. Attention's is cut back to any
 * length; with a sliding window only while the window before that length is still there (llama.cpp
 * writes new tokens over what lies further back). Recurrent state cannot be cut back at all: it is of
 * use to prompts that go on from its very end, so copies of it are kept where prompts may part.
 */
import type { Context } from "../llama/context.ts";
import type { Model } from "../llama/model.ts";
import { type CachedPrefix, commonPrefix, usableLength } from "./cache/cached-prefix.ts";
import type { Job } from "./job.ts";
import { partings } from "./partings.ts";
import { type PromptCache, worthCopying } from "./prompt-cache.ts";

export type Slot = {
  readonly id: number;
  /** The tokens whose keys and values are in the cache, in order, then those still to evaluate. */
  tokens: number[];
  /** How many of them are evaluated. */
  evaluated: number;
  job: Job | null;
  usedAt: number;
  prefixes: string[];
  /** Key of the adapter set that the tokens are evaluated under: no other set may use them. */
  adapters: string;
  /** Lengths, ascending, at which a copy of the sequence is to be kept while the prompt is read. */
  partings: number[];
};

export class Slots {
  readonly all: readonly Slot[];
  readonly #context: Context;
  readonly #cache: PromptCache;
  readonly #model: Model;

  constructor(context: Context, count: number, cache: PromptCache, model: Model) {
    this.#context = context;
    this.#cache = cache;
    this.#model = model;
    this.all = Array.from({ length: count }, (_, id) => ({
      id,
      tokens: [],
      evaluated: 0,
      job: null,
      usedAt: 0,
      prefixes: [],
      adapters: "",
      partings: [],
    }));
  }

  /** Slots with a request, in slot order. */
  running(): Slot[] {
    return this.all.filter(({ job }) => job !== null);
  }

  cells(): number {
    return this.all.reduce((sum, slot) => sum + slot.evaluated, 0);
  }

  /** Seats the job where most of its prompt is cached; null when every slot is taken. */
  acquire(job: Job): Slot | null {
    const free = this.#free();
    if (free.length === 0) return null;
    const slot = job.usesCache ? this.#withPrefix(job, free) : this.#emptied(free);
    slot.job = job;
    slot.tokens = job.tokens;
    slot.prefixes = job.generation.prefixes;
    slot.adapters = job.generation.adapters.key;
    slot.partings = this.#partings(slot, job);
    return slot;
  }

  /** Keeps a copy of a slot that has come to a place where prompts may part. */
  keepAtParting(slot: Slot): void {
    if (slot.partings[0] !== slot.evaluated) return;
    slot.partings.shift();
    this.#save(slot);
  }

  /** Seats a further choice of `from`'s request beside it, sharing all that is evaluated. */
  fork(from: Slot, job: Job): Slot | null {
    const free = this.#free();
    if (free.length === 0) return null;
    const slot = this.#emptied(free);
    this.#context.share(from.id, slot.id, this.#model.rewindable ? from.evaluated : -1);
    slot.evaluated = from.evaluated;
    slot.partings = [];
    slot.job = job;
    slot.tokens = job.tokens;
    slot.prefixes = from.prefixes;
    slot.adapters = from.adapters;
    return slot;
  }

  /** Ends the slot's request; what it evaluated stays cached. */
  release(slot: Slot, now: number): void {
    slot.tokens = slot.tokens.slice(0, slot.evaluated);
    slot.job = null;
    slot.partings = [];
    slot.usedAt = now;
  }

  /** Gives up the slot's cached tokens, keeping a copy in RAM where that is worth it. */
  empty(slot: Slot): void {
    this.#save(slot);
    this.#context.forget(slot.id);
    slot.evaluated = 0;
    if (slot.job === null) slot.tokens = [];
    slot.prefixes = [];
  }

  /** Keeps a copy of all that the slots hold, beyond this engine's life where there is a disk for it. */
  close(): void {
    const { all } = this;
    for (const slot of [...all].sort((a, b) => a.usedAt - b.usedAt)) this.#save(slot);
    this.#cache.close();
  }

  /** Empties the idle slot used longest ago; false when no idle slot holds anything. */
  evict(): boolean {
    const [oldest] = this.#free().filter(({ evaluated }) => evaluated > 0);
    if (oldest === undefined) return false;
    this.empty(oldest);
    return true;
  }

  /** Free slots, empty ones first, then the least recently used. */
  #free(): Slot[] {
    return this.all
      .filter(({ job }) => job === null)
      .sort((a, b) => Number(a.evaluated > 0) - Number(b.evaluated > 0) || a.usedAt - b.usedAt);
  }

  #emptied(free: Slot[]): Slot {
    const slot = free[0] as Slot;
    if (slot.evaluated > 0) this.empty(slot);
    return slot;
  }

  #withPrefix(job: Job, free: Slot[]): Slot {
    const usable = job.tokens.length - 1; // the last token is evaluated anew, for its logits
    const { key } = job.generation.adapters;
    const { rewindable } = this.#model;
    const shared = (slot: Slot) =>
      slot.adapters === key
        ? usableLength(slot.evaluated, Math.min(usable, sharedLength(slot, job)), rewindable)
        : 0;
    const source = longest([...free, ...this.running()], shared);
    const length = shared(source);
    const kept = this.#cache.longest(job.tokens.slice(0, usable), key);
    if (kept !== null && kept.length >= length + worthCopying) {
      const entry = kept.take();
      if (entry === null) return this.#withPrefix(job, free); // it is no more
      return this.#restored(free, entry, kept.length);
    }
    if (length === 0) return this.#emptied(free);
    const others = free.filter((slot) => slot !== source);
    const rest = source.evaluated - length;
    if (source.job === null && (rest <= Math.max(length, worthCopying) || others.length === 0))
      return this.#continued(source, length);
    return this.#sharing(source, length, others);
  }

  #continued(slot: Slot, length: number): Slot {
    if (slot.evaluated - length >= worthCopying) this.#save(slot);
    this.#rewind(slot, length);
    return slot;
  }

  /** Another slot with the same beginning, so that the source keeps what it has. */
  #sharing(source: Slot, length: number, free: Slot[]): Slot {
    const target = this.#emptied(free);
    this.#context.share(source.id, target.id, this.#model.rewindable ? length : -1);
    target.evaluated = length;
    this.#rewind(target, length);
    return target;
  }

  #restored(free: Slot[], entry: CachedPrefix, length: number): Slot {
    const slot = this.#emptied(free);
    while (!this.#context.restoreSequence(slot.id, entry.state))
      if (this.#hasRoom(entry) || !this.evict()) return slot;
    slot.evaluated = entry.tokens.length;
    this.#rewind(slot, length);
    // The slot gives a state back longer, unless it cannot be cut back to this one.
    if (!this.#model.rewindable) this.#cache.put(entry);
    return slot;
  }

  /** Whether emptying slots would help no more; how full a sliding window is, nobody knows. */
  #hasRoom({ tokens }: CachedPrefix): boolean {
    const { slidingWindow } = this.#model;
    return slidingWindow === 0 && this.cells() + tokens.length <= this.#context.contextSize;
  }

  /** Cuts the slot back, or empties it when what is left could not be gone on from. */
  #rewind(slot: Slot, length: number): void {
    const isEnd = length === slot.evaluated;
    const cut = isEnd || this.#context.forget(slot.id, length);
    const whole = cut && (length === 0 || this.#reachesBack(slot, length));
    if (!whole) this.#context.forget(slot.id);
    slot.evaluated = whole ? length : 0;
  }

  /** Whether the slot still holds all that its next token looks back on. */
  #reachesBack({ id }: Slot, length: number): boolean {
    const { rewindable, slidingWindow } = this.#model;
    if (!rewindable) return true;
    const first = this.#context.firstPosition(id);
    const needed = slidingWindow > 0 ? Math.max(0, length - slidingWindow) : 0;
    return first >= 0 && first <= needed;
  }

  #partings(slot: Slot, job: Job): number[] {
    if (this.#model.rewindable || !this.#cache.enabled || !job.usesCache) return [];
    const { key } = job.generation.adapters;
    const others = this.all.filter((one) => one !== slot && one.adapters === key);
    const shared = [
      ...others.map((one) => sharedLength(one, job)),
      this.#cache.sharedLength(job.tokens, key),
    ];
    const isEnd = (token: number) => this.#model.vocab.isEndOfGeneration(token);
    return partings(job.tokens.slice(0, job.promptTokens), Math.max(0, ...shared), isEnd).filter(
      (at) => at > slot.evaluated && at >= worthCopying,
    );
  }

  #save(slot: Slot): void {
    const { evaluated, prefixes, adapters } = slot;
    if (!this.#cache.enabled || evaluated < worthCopying) return;
    const tokens = slot.tokens.slice(0, evaluated);
    if (this.#cache.holds(tokens, adapters)) return;
    const state = this.#context.saveSequence(slot.id);
    if (state !== null) this.#cache.put({ tokens, state, prefixes, adapters });
  }
}

function sharedLength(slot: Slot, job: Job): number {
  return Math.min(slot.evaluated, commonPrefix(slot.tokens, job.tokens));
}

function longest(slots: readonly Slot[], length: (slot: Slot) => number): Slot {
  let best = slots[0] as Slot;
  for (const slot of slots) if (length(slot) > length(best)) best = slot;
  return best;
}
