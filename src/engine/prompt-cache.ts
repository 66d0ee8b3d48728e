/**
 * @file Prefixes that slots had to give up, kept in RAM within a byte budget.
 *
 * A conversation that comes back after its slot was taken is copied in instead of read again. What
 * RAM has no room for goes to disk, if there is a folder for it.
 */

import { type CachedPrefix, commonPrefix, type Kept, usableLength } from "./cache/cached-prefix.ts";
import type { DiskCache } from "./cache/disk-cache.ts";

/** Tokens that are worth copying to RAM and back, or reading from disk. */
export const worthCopying = 64;

export class PromptCache {
  readonly #budgetBytes: number;
  readonly #rewindable: boolean;
  readonly #disk: DiskCache | null;
  /** Least recently used first. */
  #entries: CachedPrefix[] = [];
  #bytes = 0;

  /** @param rewindable Whether a state can be cut back: else entries are of use as a whole alone. */
  constructor(budgetBytes: number, rewindable: boolean, disk: DiskCache | null = null) {
    this.#budgetBytes = budgetBytes;
    this.#rewindable = rewindable;
    this.#disk = disk;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get enabled(): boolean {
    return this.#budgetBytes > 0 || this.#disk !== null;
  }

  /** The set's entry of which the prompt can use the most. */
  longest(tokens: readonly number[], adapters: string): Kept | null {
    let best: CachedPrefix | null = null;
    let length = 0;
    for (const entry of this.#of(adapters)) {
      const shared = commonPrefix(entry.tokens, tokens);
      const usable = usableLength(entry.tokens.length, shared, this.#rewindable);
      if (usable > length) [best, length] = [entry, usable];
    }
    const found = best;
    const onDisk = this.#disk?.longest(tokens, adapters) ?? null;
    if (onDisk !== null && onDisk.length >= length + worthCopying) return onDisk;
    return found === null ? null : { length, take: () => this.#take(found) };
  }

  /** How many leading tokens the prompt shares with an entry of the set, of use or not. */
  sharedLength(tokens: readonly number[], adapters: string): number {
    return Math.max(0, ...this.#of(adapters).map((entry) => commonPrefix(entry.tokens, tokens)));
  }

  /** Whether an entry gives all that one of these very tokens would. */
  holds(tokens: readonly number[], adapters: string): boolean {
    const inRam = this.#of(adapters).some((entry) => this.#covers(entry, tokens));
    return inRam || this.#disk?.holds(tokens, adapters) === true;
  }

  put(entry: CachedPrefix): void {
    const size = entrySize(entry);
    if (size > this.#budgetBytes) {
      this.#disk?.put(entry);
      return;
    }
    this.#entries = this.#entries.filter((old) => {
      const covered = old.adapters === entry.adapters && this.#covers(entry, old.tokens);
      if (covered) this.#bytes -= entrySize(old);
      return !covered;
    });
    this.#entries.push(entry);
    this.#bytes += size;
    while (this.#bytes > this.#budgetBytes) this.#evict(this.#entries[0] as CachedPrefix);
  }

  /** Gives everything to the disk, what was used last at the end; nothing is kept in RAM. */
  close(): void {
    for (const entry of this.#entries) {
      this.#disk?.put(entry);
      this.#disk?.drain();
    }
    this.#entries = [];
    this.#bytes = 0;
    this.#disk?.close();
  }

  #evict(entry: CachedPrefix): void {
    this.#take(entry);
    this.#disk?.put(entry);
  }

  #of(adapters: string): CachedPrefix[] {
    return this.#entries.filter((entry) => entry.adapters === adapters);
  }

  #covers({ tokens: longer }: CachedPrefix, tokens: readonly number[]): boolean {
    if (!this.#rewindable && longer.length !== tokens.length) return false;
    return commonPrefix(longer, tokens) === tokens.length;
  }

  /** Null when it is here no more: then its memory may be the disk's. */
  #take(entry: CachedPrefix): CachedPrefix | null {
    const at = this.#entries.indexOf(entry);
    if (at < 0) return null;
    this.#entries.splice(at, 1);
    this.#bytes -= entrySize(entry);
    return entry;
  }
}

function entrySize({ tokens, state }: CachedPrefix): number {
  return state.length + tokens.length * 8;
}
