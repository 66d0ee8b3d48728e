/** @file Picks one of the ways to say something: a line, and in it one part of each `(a|b|)`. */
import { lines } from "./lesson.ts";

/** @param random Numbers over [0, 1). */
export function phrase(phrasings: string, random: () => number): string {
  return expand(pick(lines(phrasings), random), random);
}

export function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("There is nothing to pick from.");
  return item;
}

/** A copy in random order (Fisher–Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

const innermost = /\(([^()]*)\)/g;

function expand(text: string, random: () => number): string {
  const chosen = text.replace(innermost, (_, parts: string) => pick(parts.split("|"), random));
  return chosen === text ? tidy(text) : expand(chosen, random);
}

/** An empty part leaves two spaces, or one before a comma. */
function tidy(text: string): string {
  return text
    .replace(/ +/g, " ")
    .replace(/ (?=[,;:.?!])/g, "")
    .trim();
}
