/** @file Seeded conversations of pseudo-words: the same seed asks every server the same bytes. */

export type PromptShape = {
  /** Words of the first message. */
  words: number;
  /** 0…1: how much of the first message all conversations have in common. */
  sharedPrefix: number;
  turns: number;
};

/** Follow-up questions are shorter than what a conversation opens with. */
const followUpShare = 0.25;

const onsets = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pl"];
const nuclei = ["a", "e", "i", "o", "u", "ea", "ou", "ai"];
const codas = ["", "", "n", "r", "s", "l", "m", "t"];

/**
 * The user's messages of one conversation, one a turn.
 *
 * @param uniform Numbers in [0, 1) from a seed.
 * @param index   Which conversation of the run; beyond the shared prefix no two are alike.
 */
export function conversation(
  uniform: (seed: number) => () => number,
  seed: number,
  index: number,
  { words, sharedPrefix, turns }: PromptShape,
): string[] {
  const common = Math.round(words * sharedPrefix);
  const own = uniform(seed + 7919 * (index + 1));
  const first = [...pseudoWords(uniform(seed), common), ...pseudoWords(own, words - common)];
  const followUpWords = Math.max(1, Math.round(words * followUpShare));
  const followUps = Array.from({ length: turns - 1 }, () => pseudoWords(own, followUpWords));
  return [first, ...followUps].map((message) => message.join(" "));
}

function pseudoWords(random: () => number, count: number): string[] {
  return Array.from({ length: count }, () => {
    const syllables = 1 + Math.floor(random() * 3);
    return Array.from({ length: syllables }, () => syllable(random)).join("");
  });
}

function syllable(random: () => number): string {
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? "";
  return pick(onsets) + pick(nuclei) + pick(codas);
}
