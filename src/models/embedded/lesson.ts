/**
 * @file What a lesson is: something to ask in many ways, and what to answer.
 *
 * Phrasings stand one a line, without capital and end mark: how people type is added later. In
 * `(a|b|)` one of the parts is taken, and parts may hold parts.
 */

export type Lesson = {
  asks: string;
  answers: string;
  /** Phrasings that are understood after another lesson of the same deck: "and Italy". */
  again?: string;
  /** What may come next, about what was just said. */
  followUp?: Lesson;
};

/** Lessons of one kind. */
export type Deck = {
  name: string;
  /** How often each of its lessons is taught. */
  times: number;
  lessons: readonly Lesson[];
  /** Taught as it stands, with no "hey," before it and no "please" behind. */
  bare?: true;
};

/** The rows of a table whose columns stand two spaces or more apart. */
export function rows(table: string): string[][] {
  return lines(table).map((line) => line.split(/ {2,}/));
}

/** Phrasings and, behind an arrow on the line below them, what they are answered with. */
export function blocks(text: string): { asks: string; answers: string }[] {
  const found = text.matchAll(/(?<asks>[^→]+?)\s*→\s*(?<answers>.+)/g);
  return [...found].map(({ groups }) => ({
    asks: groups?.asks?.trim() ?? "",
    answers: groups?.answers ?? "",
  }));
}

export function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

export function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** "an owl", "a cow". */
export function withArticle(noun: string): string {
  return `${/^([aeiou]|hour)/.test(noun) ? "an" : "a"} ${noun}`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "red, green and blue". */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
