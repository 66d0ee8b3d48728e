/**
 * @file Prefixes that slots had to give up, kept in RAM within a byte budget.
 *
 * A conversation that comes back after its slot was taken is copied in instead of read again.
 */

type Entry = {
  tokens: number[];
  state: Uint8Array;
  prefixes: string[];
  /** Key of the adapter set that the tokens were evaluated under: of use to that set alone. */
  adapters: string;
};

export class PromptCache {
  readonly #budgetBytes: number;
  /** Least recently used first. */
  #entries: Entry[] = [];
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get enabled(): boolean {
    return this.#budgetBytes > 0;
  }

  /** The set's entry that shares the most leading tokens with the prompt, and how many. */
  longest(
    tokens: readonly number[],
    adapters: string,
  ): { length: number; take: () => Entry } | null {
    let best: Entry | null = null;
    let length = 0;
    for (const entry of this.#entries) {
      const shared = entry.adapters === adapters ? commonPrefix(entry.tokens, tokens) : 0;
      if (shared > length) [best, length] = [entry, shared];
    }
    const found = best;
    return found === null ? null : { length, take: () => this.#take(found) };
  }

  /** Whether these very tokens, or a text that begins with them, are kept already. */
  holds(tokens: readonly number[], adapters: string): boolean {
    return this.#entries.some((entry) => isCovered(tokens, adapters, entry));
  }

  put(entry: Entry): void {
    const size = entrySize(entry);
    if (size > this.#budgetBytes) return;
    this.#entries = this.#entries.filter((old) => {
      const covered = isCovered(old.tokens, old.adapters, entry);
      if (covered) this.#bytes -= entrySize(old);
      return !covered;
    });
    this.#entries.push(entry);
    this.#bytes += size;
    while (this.#bytes > this.#budgetBytes) this.#take(this.#entries[0] as Entry);
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

function isCovered(tokens: readonly number[], adapters: string, by: Entry): boolean {
  return by.adapters === adapters && commonPrefix(by.tokens, tokens) === tokens.length;
}

function entrySize({ tokens, state }: Entry): number {
  return state.length + tokens.length * 8;
}
