/**
 * @file Sets of characters as sequences of byte ranges: what a grammar over bytes needs of UTF-8.
 *
 * A range of code points is cut where the number of bytes changes and where a trailing byte would
 * not run its full course, so each piece is one range per byte. Source: the utf8-ranges crate,
 * after Ken Thompson's grep and RE2. https://docs.rs/utf8-ranges
 */

import { type CodeRange, characterSet } from "../character-set.ts";

/** Both ends belong to the range. */
export type ByteRange = readonly [low: number, high: number];

const surrogates: CodeRange = [0xd800, 0xdfff];
/** The last code point that takes one, two and three bytes. */
const lengthEnds = [0x7f, 0x7ff, 0xffff];

/**
 * The set's UTF-8 forms, one range per byte, in ascending order. Surrogates have none. At any byte
 * two sequences with the same bytes before it have the same range or disjoint ones.
 */
export function toByteSequences(ranges: readonly CodeRange[]): ByteRange[][] {
  return characterSet(ranges).flatMap(([low, high]) => [
    ...cut(low, Math.min(high, surrogates[0] - 1)),
    ...cut(Math.max(low, surrogates[1] + 1), high),
  ]);
}

function cut(low: number, high: number): ByteRange[][] {
  if (low > high) return [];
  const end = cutAt(low, high);
  if (end !== undefined) return [...cut(low, end), ...cut(end + 1, high)];
  const [first, last] = [encode(low), encode(high)];
  return [first.map((byte, i): ByteRange => [byte, last[i] ?? byte])];
}

/** Where the first piece must end, if the range is not yet one range per byte. */
function cutAt(low: number, high: number): number | undefined {
  const lengthEnd = lengthEnds.find((end) => low <= end && end < high);
  if (lengthEnd !== undefined) return lengthEnd;
  if (high <= 0x7f) return undefined;
  for (const tail of [0x3f, 0xfff, 0x3ffff]) {
    if ((low & ~tail) === (high & ~tail)) return undefined;
    if ((low & tail) !== 0) return low | tail;
    if ((high & tail) !== tail) return (high & ~tail) - 1;
  }
  return undefined;
}

function encode(code: number): number[] {
  if (code <= 0x7f) return [code];
  const tail = (shift: number) => 0x80 | ((code >> shift) & 0x3f);
  if (code <= 0x7ff) return [0xc0 | (code >> 6), tail(0)];
  if (code <= 0xffff) return [0xe0 | (code >> 12), tail(6), tail(0)];
  return [0xf0 | (code >> 18), tail(12), tail(6), tail(0)];
}
