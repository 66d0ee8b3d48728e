/**
 * @file Byte-level BPE: a vocabulary that can spell any byte, learned from a text.
 *
 * Each byte is written as one printable character, so that tokens are valid text; what splits text
 * into words before that is a regular expression of each model family.
 *
 * Source: GPT-2's `encoder.py` (byte table); the expressions are those llama.cpp v0.5.0 uses for
 * `tokenizer.ggml.pre`.
 */

import { joined, learnMerges, type Merge, wordCounts } from "./pair-merges.ts";
import type { Token, Vocabulary } from "./vocabulary.ts";

export type PreTokenizer = keyof typeof wordPatterns;

const wordPatterns = {
  "gpt-2": /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu,
  "llama-bpe":
    /'(?:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/giu,
  smollm: /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu,
  qwen2:
    /'(?:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/giu,
} as const;

/**
 * Learns a vocabulary of the 256 bytes, up to `mergeCount` joined pieces, and the special tokens.
 */
export function trainByteLevelBpe(
  corpus: string | readonly string[],
  options: {
    pre: PreTokenizer;
    mergeCount: number;
    minFrequency?: number;
    special: readonly Token[];
  },
): Vocabulary {
  const texts = typeof corpus === "string" ? [corpus] : corpus;
  const words = wordCounts(wordsOf(texts, options.pre));
  const symbols = [...words].map(([word, count]) => [toSymbols(word), count] as const);
  const merges = learnMerges(symbols, options.mergeCount, options.minFrequency);
  const pieces = new Set([...byteCharacters, ...merges.map(([left, right]) => left + right)]);
  const normal = [...pieces].map((text): Token => ({ text, type: "normal" }));
  return {
    model: "gpt2",
    pre: options.pre,
    tokens: [...normal, ...options.special],
    merges: merges.map(([left, right]) => `${left} ${right}`),
  };
}

/** Text → token ids, as llama.cpp does it, special tokens taken as plain text. */
export function byteLevelEncoder(vocabulary: Vocabulary, pre: PreTokenizer) {
  const ids = new Map(vocabulary.tokens.map(({ text }, id) => [text, id]));
  const ranks = new Map(vocabulary.merges?.map((merge, rank) => [merge, rank]));
  return (text: string): number[] =>
    splitWords(text, pre)
      .flatMap((word) => mergeAll(toSymbols(word), ranks))
      .map((symbol) => ids.get(symbol) ?? 0);
}

function mergeAll(symbols: string[], ranks: ReadonlyMap<string, number>): string[] {
  const first = firstMerge(symbols, ranks);
  return first === undefined ? symbols : mergeAll(joined(symbols, first), ranks);
}

function firstMerge(symbols: readonly string[], ranks: ReadonlyMap<string, number>) {
  let best: Merge | undefined;
  let lowest = Infinity;
  for (const [i, right] of symbols.entries()) {
    const left = symbols[i - 1] ?? "";
    const rank = ranks.get(`${left} ${right}`) ?? Infinity;
    if (rank < lowest) [best, lowest] = [[left, right], rank];
  }
  return best;
}

function* wordsOf(texts: readonly string[], pre: PreTokenizer): Iterable<string> {
  for (const text of texts) yield* splitWords(text, pre);
}

function splitWords(text: string, pre: PreTokenizer): string[] {
  return text.match(wordPatterns[pre]) ?? [];
}

function toSymbols(word: string): string[] {
  return Array.from(Buffer.from(word), (byte) => byteCharacters[byte] ?? "");
}

/** Printable Latin-1 stands for itself; the other bytes, in order, take the characters from U+0100. */
const byteCharacters: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : next++),
  );
})();

function isPrintable(byte: number): boolean {
  return (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
}
