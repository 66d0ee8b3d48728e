/**
 * @file A prompt as words, of which each is either a template's own or what a client wrote: who wrote
 * it is known from the start and need not be found out in the text.
 */
import type { Piece } from "../control-tokens.ts";

/** A text of a client's. */
type ClientText = { client: string };
export type Word = string | ClientText;
export type Words = readonly Word[];

export const textOf = (word: Word) => (typeof word === "string" ? word : word.client);
export const joinedText = (words: Words) => words.map(textOf).join("");

/** The same word, its text changed. */
export function changed<W extends Word>(word: W, change: (text: string) => string): Word {
  return typeof word === "string" ? change(word) : { client: change(word.client) };
}

/** Cuts characters off the end, across words. */
export function withoutEnding(words: Words, characters: string): Words {
  const kept = words.map((word) => lengthWithout(textOf(word), characters));
  const at = kept.findLastIndex((length) => length > 0);
  return words
    .slice(0, at + 1)
    .map((word, index) => (index < at ? word : changed(word, (text) => text.slice(0, kept[at]))));
}

/** The length of a text up to these characters at its end. */
function lengthWithout(text: string, characters: string): number {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return end;
}

/** Cuts in two, `at` characters from the beginning. */
export function splitWords(words: Words, at: number): [Words, Words] {
  let start = 0;
  const [before, after]: [Word[], Word[]] = [[], []];
  for (const word of words) {
    const cut = Math.max(at - start, 0);
    before.push(changed(word, (text) => text.slice(0, cut)));
    after.push(changed(word, (text) => text.slice(cut)));
    start += textOf(word).length;
  }
  return [before, after];
}

export function toPieces(words: Words): Piece[] {
  return words.map((word) => ({ text: textOf(word), fromClient: typeof word !== "string" }));
}
