/**
 * @file Prompts that everybody sends: each keeps only as many battles as other frequent prompts
 * have, so that a preset question does not decide who is strongest.
 *
 * Source: FastChat's `monitor/deduplication.py`; "Note: Enhancing Quality Through De-duplication",
 * https://lmsys.org/blog/2024-05-17-category-hard/.
 */
import type { Battles } from "./battles.ts";
import { quantile as quantileOf } from "./quantile.ts";
import type { Random } from "./random.ts";

/** What FastChat compares, in code points. */
const comparedCharacters = 10_000;

/**
 * A number in [1, 2⁵³) that two prompts share when their first 10 000 characters are the same.
 * Among a million prompts it mistakes two for one in one case of ten thousand.
 *
 * @param text what the user said, each turn followed by a newline.
 *
 * Source: cyrb53 (bryc, public domain).
 */
export function promptHash(text: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  const end = comparedEnd(text);
  for (let i = 0; i < end; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 2654435761);
    high = Math.imul(high ^ unit, 1597334677);
  }
  const mixedLow = mix(low, high);
  const mixedHigh = mix(high, low);
  return 2 ** 32 * (mixedHigh & 0x1fffff) + (mixedLow >>> 0) || 1; // 0 is "no prompt"
}

/**
 * (length,) 1 for each row that stays. A prompt is too frequent when it has more rows than the
 * given quantile of rows per prompt; of those so many stay, drawn at random. Rows without a prompt
 * stay.
 */
export function dropFrequentPrompts(
  battles: Battles,
  random: Random,
  quantile = 0.9999,
): Uint8Array {
  const keep = new Uint8Array(battles.length).fill(1);
  const counts = countPrompts(battles.prompt);
  const cutoff = quantileOf(Float64Array.from(counts.values()).sort(), quantile);
  for (const rows of frequentRows(battles.prompt, counts, cutoff))
    for (const row of draw(rows, rows.length - Math.floor(cutoff), random)) keep[row] = 0;
  return keep;
}

/** Where the compared part ends, in UTF-16 units: no sooner than FastChat's Python ends it. */
function comparedEnd(text: string): number {
  if (text.length <= comparedCharacters) return text.length;
  let end = 0;
  for (let count = 0; count < comparedCharacters && end < text.length; count++)
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return end;
}

function mix(one: number, other: number): number {
  return Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
}

/** Prompt → rows; of rows without one, none. Sorting first leaves one look-up for each prompt. */
function countPrompts(prompts: Float64Array): Map<number, number> {
  const counts = new Map<number, number>();
  const sorted = prompts.slice().sort();
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    if (sorted[start] !== 0) counts.set(sorted[start], end - start);
  }
  return counts;
}

/** The rows of each prompt with more than `cutoff` of them. */
function frequentRows(
  prompts: Float64Array,
  counts: Map<number, number>,
  cutoff: number,
): Iterable<number[]> {
  const rowsOf = new Map<number, number[]>();
  for (const [prompt, count] of counts) if (count > cutoff) rowsOf.set(prompt, []);
  if (rowsOf.size > 0)
    for (let row = 0; row < prompts.length; row++) rowsOf.get(prompts[row])?.push(row);
  return rowsOf.values();
}

/** `count` of the rows at random, without replacement; leaves them at the list's front. */
function draw(rows: number[], count: number, random: Random): number[] {
  for (let i = 0; i < count; i++) {
    const chosen = i + Math.floor(random() * (rows.length - i));
    [rows[i], rows[chosen]] = [rows[chosen], rows[i]];
  }
  return rows.slice(0, count);
}
