/**
 * @file A SentencePiece vocabulary in its BPE form: pieces with scores, spaces written `▁`, and one
 * token per byte for whatever the pieces cannot spell.
 *
 * A piece's score is minus its merge's rank, so that joining the best score first repeats training.
 *
 * Source: T. Kudo, J. Richardson, "SentencePiece", EMNLP 2018. https://aclanthology.org/D18-2012/
 */

import { learnMerges, wordCounts } from "./pair-merges.ts";
import type { Token, Vocabulary } from "./vocabulary.ts";

/** @param special `first` stand before the bytes (`<unk>` and so on), `last` after all pieces. */
export function trainSentencePiece(
  corpus: string,
  options: {
    mergeCount: number;
    first: readonly Token[];
    last: readonly Token[];
  },
): Vocabulary {
  const marked = corpus.replaceAll(" ", "▁");
  const words = [...wordCounts(marked.match(/▁*[^▁\n]+|▁+/g) ?? [])];
  const merges = learnMerges(
    words.map(([word, count]) => [[...word], count] as const),
    options.mergeCount,
  );
  const characters = new Set(words.flatMap(([word]) => [...word]));
  const pieces = new Set([...merges.map(([left, right]) => left + right), ...characters]);
  const normal = [...pieces].map((text, rank): Token => ({ text, type: "normal", score: -rank }));
  return {
    model: "llama",
    tokens: [...options.first, ...bytes(), ...normal, ...options.last],
  };
}

function bytes(): Token[] {
  return Array.from({ length: 256 }, (_, byte) => {
    const hex = byte.toString(16).toUpperCase().padStart(2, "0");
    return { text: `<0x${hex}>`, type: "byte" };
  });
}
