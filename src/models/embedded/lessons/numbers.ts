/** @file Numbers in words. */
import { words } from "../lesson.ts";

const small = words(`
  zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
  sixteen seventeen eighteen nineteen
`);
const tens = words("twenty thirty forty fifty sixty seventy eighty ninety");

/** 0…100 in words: "twenty-one". */
export function inWords(n: number): string {
  if (n < 20) return small[n] ?? "";
  if (n === 100) return "one hundred";
  const ten = tens[Math.floor(n / 10) - 2] ?? "";
  return n % 10 === 0 ? ten : `${ten}-${small[n % 10]}`;
}

/** The whole numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Each of the first with each of the second. */
export function pairs(first: readonly number[], second: readonly number[]): [number, number][] {
  return first.flatMap((a) => second.map((b): [number, number] => [a, b]));
}
