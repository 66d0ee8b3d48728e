/**
 * @file A WordPiece vocabulary for BERT-like embedding models: whole lower-case words and letters.
 *
 * llama.cpp marks the start of a word with `▁`, where BERT's files mark every later piece with `##`.
 */

import { wordCounts } from "./pair-merges.ts";
import type { Token, Vocabulary } from "./vocabulary.ts";

/** @param special Stand first: `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]`, `[MASK]`. */
export function buildWordPiece(
  corpus: string,
  { special, wordCount }: { special: readonly Token[]; wordCount: number },
): Vocabulary {
  const counts = [...wordCounts(corpus.toLowerCase().match(/\p{L}{2,}/gu) ?? [])];
  const frequent = counts.sort(([, a], [, b]) => b - a).slice(0, wordCount);
  const letters = Array.from({ length: 0x5e }, (_, i) => String.fromCharCode(0x21 + i));
  const pieces = new Set([
    ...letters.flatMap((letter) => [`▁${letter}`, letter]),
    ...frequent.map(([word]) => `▁${word}`),
  ]);
  const normal = [...pieces].map((text): Token => ({ text, type: "normal" }));
  return { model: "bert", tokens: [...special, ...normal] };
}
