/**
 * @file Prefixes that slots had to give up, kept in RAM within a byte budget.
 *
 * A conversation that comes back after its slot was taken is copied in instead of read again.
 */

export type Entry = {
  tokens: number[];
  state: Uint8Array;
  prefixes: string[];
  /** Key of the adapter set that the tokens were evaluated under: of use to that set alone. */
  adapters: string;
};

/** What a prompt can use of an entry: so many of its first tokens. */
export type Kept = { length: number; take: () => Entry };

export class PromptCache {
  readonly #budgetBytes: number;
  readonly #rewindable: boolean;
  /** Least recently used first. */
  #entries: Entry[] = [];
  #bytes = 0;

  /** @param rewindable Whether a state can be cut back: else entries are of use as a whole alone. */
  constructor(budgetBytes: number, rewindable: boolean) {
    this.#budgetBytes = budgetBytes;
    this.#rewindable = rewindable;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get enabled(): boolean {
    return this.#budgetBytes > 0;
  }

  /** The set's entry of which the prompt can use the most. */
  longest(tokens: readonly number[], adapters: string): Kept | null {
    let best: Entry | null = null;
    let length = 0;
    for (const entry of this.#of(adapters)) {
      const shared = commonPrefix(entry.tokens, tokens);
      const usable = usableLength(entry.tokens.length, shared, this.#rewindable);
      if (usable > length) [best, length] = [entry, usable];
    }
    const found = best;
    return found === null ? null : { length, take: () => this.#use(found) };
  }

  /** How many leading tokens the prompt shares with an entry of the set, of use or not. */
  sharedLength(tokens: readonly number[], adapters: string): number {
    return Math.max(0, ...this.#of(adapters).map((entry) => commonPrefix(entry.tokens, tokens)));
  }

  /** Whether an entry gives all that one of these very tokens would. */
  holds(tokens: readonly number[], adapters: string): boolean {
    return this.#of(adapters).some((entry) => this.#covers(entry, tokens));
  }

  put(entry: Entry): void {
    const size = entrySize(entry);
    if (size > this.#budgetBytes) return;
    this.#entries = this.#entries.filter((old) => {
      const covered = old.adapters === entry.adapters && this.#covers(entry, old.tokens);
      if (covered) this.#bytes -= entrySize(old);
      return !covered;
    });
    this.#entries.push(entry);
    this.#bytes += size;
    while (this.#bytes > this.#budgetBytes) this.#take(this.#entries[0] as Entry);
  }

  #of(adapters: string): Entry[] {
    return this.#entries.filter((entry) => entry.adapters === adapters);
  }

  #covers({ tokens: longer }: Entry, tokens: readonly number[]): boolean {
    if (!this.#rewindable && longer.length !== tokens.length) return false;
    return commonPrefix(longer, tokens) === tokens.length;
  }

  /** The slot that takes a state gives it back longer, unless it cannot give back this one. */
  #use(entry: Entry): Entry {
    this.#take(entry);
    if (!this.#rewindable) this.put(entry);
    return entry;
  }

  #take(entry: Entry): Entry {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#bytes -= entrySize(entry);
    return entry;
  }
}

/** How many leading tokens two lists share. */
export function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < length && a[shared] === b[shared]) shared++;
  return shared;
}

/**
 * How much of a sequence of `held` tokens a prompt can use whose first `shared` are the same: a state
 * that cannot be cut back, all or nothing.
 */
export function usableLength(held: number, shared: number, rewindable: boolean): number {
  return rewindable || shared >= held ? Math.min(held, shared) : 0;
}

function entrySize({ tokens, state }: Entry): number {
  return state.length + tokens.length * 8;
}
