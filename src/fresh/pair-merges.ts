/**
 * @file Byte-pair encoding's one idea: join the most frequent neighbours, again and again.
 *
 * Source: R. Sennrich, B. Haddow, A. Birch, "Neural Machine Translation of Rare Words with Subword
 * Units", ACL 2016. https://aclanthology.org/P16-1162/
 */

import { Heap } from "./heap.ts";

export type Merge = readonly [left: string, right: string];

/**
 * Learns which pairs to join, most frequent first; ties go to the pair seen first.
 *
 * @param words How often each word occurs; a word is the list of its symbols.
 * @param count How many merges to learn; fewer where no pair is left.
 * @param minFrequency How often a pair must occur to be joined.
 */
export function learnMerges(
  words: Iterable<readonly [readonly string[], number]>,
  count: number,
  minFrequency = 2,
): Merge[] {
  const state = new PairCounts(words);
  const merges: Merge[] = [];
  while (merges.length < count) {
    const best = state.mostFrequent(minFrequency);
    if (best === undefined) break;
    merges.push(best);
    state.join(best);
  }
  return merges;
}

type Word = { symbols: readonly string[]; count: number };
/** `order` grows from pair to pair: ties go to the first. A pair that is no more has count 0. */
type Pair = { pair: Merge; count: number; order: number; words: Set<Word> };
/** That a pair has this count; void as soon as it has another. */
type Claim = { of: Pair; count: number };

/** Keeps the count of every pair while words change, touching only the words that do. */
class PairCounts {
  readonly #pairs = new Map<string, Pair>();
  /** Each pair's true count is among them. */
  readonly #claims = new Heap<Claim>((a, b) => b.count - a.count || a.of.order - b.of.order);
  readonly #touched = new Set<Pair>();
  #seen = 0;

  constructor(words: Iterable<readonly [readonly string[], number]>) {
    for (const [symbols, count] of words) this.#add({ symbols, count }, 1);
    this.#claim();
  }

  mostFrequent(minFrequency: number): Merge | undefined {
    let best = this.#claims.pop();
    while (best !== undefined && best.count !== best.of.count) best = this.#claims.pop();
    return best !== undefined && best.count >= minFrequency ? best.of.pair : undefined;
  }

  join(pair: Merge): void {
    const affected = this.#pairs.get(keyOf(pair))?.words ?? [];
    for (const word of [...affected]) {
      this.#add(word, -1);
      word.symbols = joined(word.symbols, pair);
      this.#add(word, 1);
    }
    this.#claim();
  }

  #add(word: Word, sign: 1 | -1): void {
    for (const [i, right] of word.symbols.entries()) {
      const left = word.symbols[i - 1];
      if (left !== undefined) this.#count([left, right], word, sign);
    }
  }

  #count(pair: Merge, word: Word, sign: 1 | -1): void {
    const key = keyOf(pair);
    const entry = this.#pairs.get(key) ?? this.#newPair(key, pair);
    entry.count += sign * word.count;
    if (sign === 1) entry.words.add(word);
    else entry.words.delete(word);
    if (entry.count === 0) this.#pairs.delete(key);
    this.#touched.add(entry);
  }

  #newPair(key: string, pair: Merge): Pair {
    const entry = { pair, count: 0, order: this.#seen++, words: new Set<Word>() };
    this.#pairs.set(key, entry);
    return entry;
  }

  #claim(): void {
    for (const of of this.#touched) if (of.count > 0) this.#claims.push({ of, count: of.count });
    this.#touched.clear();
  }
}

/** Joins each place where the pair occurs, from the left. */
export function joined(symbols: readonly string[], [left, right]: Merge): string[] {
  const result: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const both = symbols[i] === left && symbols[i + 1] === right;
    result.push(both ? left + right : (symbols[i] ?? ""));
    if (both) i++;
  }
  return result;
}

function keyOf([left, right]: Merge): string {
  return `${left} ${right}`;
}

export function wordCounts(words: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
