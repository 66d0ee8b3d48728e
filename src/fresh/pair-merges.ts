/**
 * @file Byte-pair encoding's one idea: join the most frequent neighbours, again and again.
 *
 * Source: R. Sennrich, B. Haddow, A. Birch, "Neural Machine Translation of Rare Words with Subword
 * Units", ACL 2016. https://aclanthology.org/P16-1162/
 */

export type Merge = readonly [left: string, right: string];

/**
 * Learns which pairs to join, most frequent first; ties go to the pair seen first.
 *
 * @param words How often each word occurs; a word is the list of its symbols.
 * @param count How many merges to learn; fewer where no pair is left.
 * @param minFrequency How often a pair must occur to be joined.
 */
export function learnMerges(
  words: Iterable<readonly [string[], number]>,
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

type Word = { symbols: string[]; count: number };

/** Keeps the count of every pair while words change, touching only the words that do. */
class PairCounts {
  readonly #counts = new Map<string, { pair: Merge; count: number; words: Set<Word> }>();

  constructor(words: Iterable<readonly [string[], number]>) {
    for (const [symbols, count] of words) this.#add({ symbols, count }, 1);
  }

  mostFrequent(minFrequency: number): Merge | undefined {
    let best: Merge | undefined;
    let most = minFrequency - 1;
    for (const { pair, count } of this.#counts.values()) {
      if (count > most) [best, most] = [pair, count];
    }
    return best;
  }

  join(pair: Merge): void {
    const affected = this.#counts.get(keyOf(pair))?.words ?? [];
    for (const word of [...affected]) {
      this.#add(word, -1);
      word.symbols = joined(word.symbols, pair);
      this.#add(word, 1);
    }
  }

  #add(word: Word, sign: 1 | -1): void {
    for (const [i, right] of word.symbols.entries()) {
      const left = word.symbols[i - 1];
      if (left !== undefined) this.#count([left, right], word, sign);
    }
  }

  #count(pair: Merge, word: Word, sign: 1 | -1): void {
    const key = keyOf(pair);
    const entry = this.#counts.get(key) ?? { pair, count: 0, words: new Set() };
    entry.count += sign * word.count;
    if (sign === 1) entry.words.add(word);
    else entry.words.delete(word);
    if (entry.count > 0) this.#counts.set(key, entry);
    else this.#counts.delete(key);
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
