/** @file Whitespace as a Jinja `trim` knows it, found without a regular expression's worst case. */

const spaces = new Set(" \t\n\v\f\r");

/** Where the text between leading and trailing whitespace begins and ends; equal when there is none. */
export function coreBounds(text: string): { start: number; end: number } {
  let start = 0;
  while (start < text.length && spaces.has(text[start] ?? "")) start++;
  let end = text.length;
  while (end > start && spaces.has(text[end - 1] ?? "")) end--;
  return { start, end };
}
