/** @file Finds in a text what a model may have as a token of its own, by its looks. */

const spelling = /<[^<>\s"'=]+>|｜[^<>｜\s]+｜|\[\/?[A-Z_]+\]|\]<\][a-z]+\[>\[/g;

/** Each spelling once. */
export function tokenSpellings(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(spelling) ?? []))];
}
