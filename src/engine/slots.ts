/**
 * @file The worker's places for running requests: who sits where.
 *
 * A request goes where the longest beginning of its prompt lies already: in a free slot, shared from
 * another one, or copied back from RAM. Nothing is read twice that the cache still holds.
 */
import type { Model } from "../llama/model.ts";
import { type CachedPrefix, usableLength } from "./cache/cached-prefix.ts";
import type { Job } from "./job.ts";
import type { SlotState } from "./messages.ts";
import { partings } from "./partings.ts";
import { type PromptCache, worthCopying } from "./prompt-cache.ts";
import { emptySlot, type Slot, sharedLength, toSlotState } from "./slot.ts";
import type { SlotMemory } from "./slot-memory.ts";

export type SlotsOptions = { count: number; memory: SlotMemory; cache: PromptCache; model: Model };

export class Slots {
  readonly all: readonly Slot[];
  readonly #memory: SlotMemory;
  readonly #cache: PromptCache;
  readonly #model: Model;
  #changed = true;

  constructor({ count, memory, cache, model }: SlotsOptions) {
    this.all = Array.from({ length: count }, (_, id) => emptySlot(id));
    this.#memory = memory;
    this.#cache = cache;
    this.#model = model;
  }

  /** Slots with a request, in slot order. */
  running(): Slot[] {
    return this.all.filter(({ job }) => job !== null);
  }

  cells(): number {
    return this.all.reduce((sum, slot) => sum + slot.evaluated, 0);
  }

  /** The slots, if a request has taken or left one since the last call. */
  takeStates(): SlotState[] | null {
    if (!this.#changed) return null;
    this.#changed = false;
    return this.all.map(toSlotState);
  }

  /** Seats the job where most of its prompt is cached; null when every slot is taken. */
  acquire(job: Job): Slot | null {
    const free = this.#free();
    if (free.length === 0) return null;
    const slot = job.usesCache ? this.#withPrefix(job, free) : this.#emptied(free);
    this.#seat(slot, job);
    slot.partings = this.#partings(slot, job);
    return slot;
  }

  /** Seats a further choice of `from`'s request beside it, sharing all that is evaluated. */
  fork(from: Slot, job: Job): Slot | null {
    const free = this.#free();
    if (free.length === 0) return null;
    const slot = this.#emptied(free);
    this.#memory.share(from, slot, from.evaluated);
    this.#seat(slot, job);
    slot.partings = [];
    return slot;
  }

  /** Ends the slot's request; what it evaluated stays cached. */
  release(slot: Slot, now: number): void {
    slot.tokens = slot.tokens.slice(0, slot.evaluated);
    slot.job = null;
    slot.partings = [];
    slot.usedAt = now;
    this.#changed = true;
  }

  /** Keeps a copy of all that the slots hold, beyond this engine's life where there is a disk for it. */
  close(): void {
    const { all } = this;
    for (const slot of [...all].sort((a, b) => a.usedAt - b.usedAt)) this.#memory.save(slot);
    this.#cache.close();
  }

  /** Empties the idle slot used longest ago; false when no idle slot holds anything. */
  evict(): boolean {
    const [oldest] = this.#free().filter(({ evaluated }) => evaluated > 0);
    if (oldest === undefined) return false;
    this.#memory.empty(oldest);
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
    if (slot.evaluated > 0) this.#memory.empty(slot);
    return slot;
  }

  #seat(slot: Slot, job: Job): void {
    slot.job = job;
    slot.tokens = job.tokens;
    slot.prefixes = job.generation.prefixes;
    slot.adapters = job.generation.adapters.key;
    this.#changed = true;
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
    if (slot.evaluated - length >= worthCopying) this.#memory.save(slot);
    this.#memory.rewind(slot, length);
    return slot;
  }

  /** Another slot with the same beginning, so that the source keeps what it has. */
  #sharing(source: Slot, length: number, free: Slot[]): Slot {
    const target = this.#emptied(free);
    this.#memory.share(source, target, length);
    this.#memory.rewind(target, length);
    return target;
  }

  #restored(free: Slot[], entry: CachedPrefix, length: number): Slot {
    const slot = this.#emptied(free);
    while (!this.#memory.restore(slot, entry)) {
      const hasRoom = this.#memory.hasRoomFor(this.cells() + entry.tokens.length);
      if (hasRoom || !this.evict()) return slot; // emptying slots would help no more
    }
    this.#memory.rewind(slot, length);
    // The slot gives a state back longer, unless it cannot be cut back to this one.
    if (!this.#model.rewindable) this.#cache.put(entry);
    return slot;
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
}

function longest(slots: readonly Slot[], length: (slot: Slot) => number): Slot {
  let best = slots[0] as Slot;
  for (const slot of slots) if (length(slot) > length(best)) best = slot;
  return best;
}
