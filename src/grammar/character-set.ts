/**
 * @file Sets of characters as sorted ranges of code points, and how GBNF writes them.
 *
 * Surrogates belong to no set: they are halves of characters and have no bytes in UTF-8.
 */

/** Code points, both ends included. */
export type CodeRange = readonly [from: number, to: number];

/** Sorted, disjoint, never touching. */
export type CharacterSet = readonly CodeRange[];

export const lastCodePoint = 0x10ffff;

export const everyCharacter: CharacterSet = [
  [0, 0xd7ff],
  [0xe000, lastCodePoint],
];

/** Brings ranges in any order, overlapping or not, into a set's form. */
export function characterSet(ranges: readonly CodeRange[]): CharacterSet {
  const sorted = [...ranges].sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** The set of a text's characters. */
export function charactersOf(text: string): CharacterSet {
  return characterSet(Array.from(text, codePoint).map((point) => [point, point]));
}

export function intersection(a: CharacterSet, b: CharacterSet): CharacterSet {
  const shared: [number, number][] = [];
  for (let i = 0, j = 0; ; ) {
    const [one, other] = [a[i], b[j]];
    if (one === undefined || other === undefined) return shared;
    const [from, to] = [Math.max(one[0], other[0]), Math.min(one[1], other[1])];
    if (from <= to) shared.push([from, to]);
    if (one[1] < other[1]) i++;
    else j++;
  }
}

/** Every character that is not in the set. */
export function complement(set: CharacterSet): CharacterSet {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= lastCodePoint) gaps.push([next, lastCodePoint]);
  return intersection(gaps, everyCharacter);
}

export function hasCodePoint(set: CharacterSet, point: number): boolean {
  return set.some(([from, to]) => from <= point && point <= to);
}

/** The set as a GBNF character class, such as `[0-9a-f]`. */
export function toClass(set: CharacterSet): string {
  const ranges = set.map(([from, to]) => {
    if (from === to) return classCharacter(from);
    return `${classCharacter(from)}${to === from + 1 ? "" : "-"}${classCharacter(to)}`;
  });
  return `[${ranges.join("")}]`;
}

/** The first code point of a character. */
export function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** Only letters and digits stand as they are: all else may mean something in a class. */
function classCharacter(point: number): string {
  const character = String.fromCodePoint(point);
  if (/[A-Za-z0-9]/.test(character)) return character;
  const hex = point.toString(16).toUpperCase();
  if (point < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return point < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
