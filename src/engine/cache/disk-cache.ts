/**
 * @file Prefixes on disk: what outlives the worker, and what RAM had no room for.
 *
 * In memory there is an index of the files' heads; tokens are read when a prompt is compared with
 * them, a state when a prompt goes on from it.
 */
import { join } from "node:path";
import { type CachedPrefix, commonPrefix, type Kept, usableLength } from "./cached-prefix.ts";
import { readHead, readPrefix, readTokens, type Unusable } from "./prefix-file.ts";
import {
  changedAt,
  openFolder,
  prefixName,
  prefixNames,
  removePrefix,
  touchPrefix,
  trimFolder,
} from "./prefix-folder.ts";
import { PrefixWriter } from "./prefix-writer.ts";

export type DiskCacheOptions = {
  folder: string;
  budgetBytes: number;
  /**
   * Names all that makes a state good, for an adapter set; null for a set whose states are not kept.
   */
  fingerprint: (adapters: string) => string | null;
  /** Whether a state can be cut back. */
  rewindable: boolean;
  /** A problem that only costs the cache, as a sentence. */
  onProblem: (line: string) => void;
};

type Indexed = { fingerprint: string; tokenCount: number; tokens: Int32Array | null };

/** File systems tell a change's time this coarsely: a younger one may not be the last. */
const clockMs = 50;

export class DiskCache {
  readonly #options: DiskCacheOptions;
  readonly #writer: PrefixWriter;
  /** Of every prefix file, by name; null for one that is not for us. */
  readonly #index = new Map<string, Indexed | null>();
  #seenAt = -1;

  /** @throws {UsageError} the folder cannot be used. */
  constructor(options: DiskCacheOptions) {
    const { folder, budgetBytes, onProblem } = options;
    this.#options = options;
    openFolder(folder);
    trimFolder(folder, budgetBytes);
    this.#writer = new PrefixWriter(folder, budgetBytes, onProblem);
    this.#refresh();
  }

  /** The file of which the prompt can use the most; `take` is null when it turns out broken. */
  longest(tokens: readonly number[], adapters: string): Kept | null {
    let best: string | null = null;
    let length = 0;
    for (const [name, kept] of this.#of(adapters, tokens.length)) {
      const usable = this.#usable(kept, commonPrefix(kept, tokens));
      if (usable > length) [best, length] = [name, usable];
    }
    const name = best;
    return name === null ? null : { length, take: () => this.#take(name, adapters) };
  }

  /** Whether a file gives all that one of these very tokens would. */
  holds(tokens: readonly number[], adapters: string): boolean {
    const fingerprint = this.#options.fingerprint(adapters);
    if (fingerprint === null) return false;
    this.#refresh();
    if (this.#index.get(prefixName(fingerprint, tokens))) return true;
    if (!this.#options.rewindable) return false;
    return this.#of(adapters).some(([, kept]) => commonPrefix(kept, tokens) === tokens.length);
  }

  /** Has it written; the state's memory is gone from here. */
  put({ tokens, state, adapters }: CachedPrefix): void {
    const { fingerprint: fingerprintOf, budgetBytes } = this.#options;
    const fingerprint = fingerprintOf(adapters);
    if (fingerprint === null || state.length > budgetBytes || this.holds(tokens, adapters)) return;
    const replaces = this.#covered(tokens, adapters);
    const name = prefixName(fingerprint, tokens);
    const list = Int32Array.from(tokens);
    this.#writer.write({ name, fingerprint, tokens: list, state, replaces });
  }

  /** Waits until everything is written, as far as it can be. */
  close(): void {
    this.#writer.drain();
    this.#writer.close();
  }

  drain(): void {
    this.#writer.drain();
  }

  /** Files that a longer one makes needless. */
  #covered(tokens: readonly number[], adapters: string): string[] {
    if (!this.#options.rewindable) return [];
    return this.#of(adapters)
      .filter(([, kept]) => commonPrefix(kept, tokens) === kept.length)
      .map(([name]) => name);
  }

  #usable(kept: Int32Array, shared: number): number {
    return usableLength(kept.length, shared, this.#options.rewindable);
  }

  #take(name: string, adapters: string): CachedPrefix | null {
    const { folder } = this.#options;
    const found = readPrefix(join(folder, name));
    if (typeof found === "string") {
      this.#reject(name, found);
      return null;
    }
    touchPrefix(folder, name);
    return { tokens: Array.from(found.tokens), state: found.state, prefixes: [], adapters };
  }

  /** The set's files and their tokens; those that have no more than a prompt can use, if it asks. */
  #of(adapters: string, usable = Infinity): [string, Int32Array][] {
    const fingerprint = this.#options.fingerprint(adapters);
    if (fingerprint === null) return [];
    this.#refresh();
    const found: [string, Int32Array][] = [];
    for (const [name, indexed] of this.#index) {
      if (indexed?.fingerprint !== fingerprint) continue;
      if (!this.#options.rewindable && indexed.tokenCount > usable) continue;
      const tokens = this.#tokensOf(name, indexed);
      if (tokens !== null) found.push([name, tokens]);
    }
    return found;
  }

  #tokensOf(name: string, indexed: Indexed): Int32Array | null {
    if (indexed.tokens !== null) return indexed.tokens;
    const tokens = readTokens(join(this.#options.folder, name));
    const isNamed = typeof tokens !== "string" && prefixName(indexed.fingerprint, tokens) === name;
    if (isNamed) indexed.tokens = tokens;
    else this.#reject(name, typeof tokens === "string" ? tokens : "broken");
    return indexed.tokens;
  }

  /** Takes over what this worker's writer, or another worker, has changed. */
  #refresh(): void {
    const { folder } = this.#options;
    const changed = changedAt(folder);
    if (changed === this.#seenAt) return;
    this.#seenAt = Date.now() - changed > clockMs ? changed : -1;
    const names = new Set(prefixNames(folder));
    for (const name of this.#index.keys()) if (!names.has(name)) this.#index.delete(name);
    for (const name of names) if (!this.#index.has(name)) this.#add(name);
  }

  #add(name: string): void {
    const head = readHead(join(this.#options.folder, name));
    if (typeof head === "string") this.#reject(name, head);
    else this.#index.set(name, { ...head, tokens: null });
  }

  #reject(name: string, why: Unusable): void {
    if (why === "broken") removePrefix(this.#options.folder, name);
    this.#index.set(name, null);
  }
}
