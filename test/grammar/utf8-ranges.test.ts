import { describe, expect, test } from "vitest";
import {
  type CodeRange,
  characterSet,
  complement,
  everyCharacter,
  lastCodePoint,
} from "../../src/grammar/character-set.ts";
import { toByteSequences } from "../../src/grammar/matcher/utf8-ranges.ts";
import { seeded } from "./sample-vocabulary.ts";

/** Whether one of the sequences holds the character's bytes, as Node encodes it. */
function holds(sequences: ReturnType<typeof toByteSequences>, code: number): boolean {
  const bytes = Buffer.from(String.fromCodePoint(code));
  return sequences.some(
    (sequence) =>
      sequence.length === bytes.length &&
      sequence.every(([low, high], i) => low <= (bytes[i] ?? -1) && (bytes[i] ?? -1) <= high),
  );
}

const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;
const corners = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xfff, 0x1000, 0xd7ff, 0xe000, 0xffff, 0x10000];

describe("toByteSequences", () => {
  test("writes all characters as the nine sequences of the Unicode standard", () => {
    // Table 3-7, "Well-Formed UTF-8 Byte Sequences", of The Unicode Standard, version 16
    const tail = [0x80, 0xbf];
    expect(toByteSequences([[0, lastCodePoint]])).toEqual([
      [[0, 0x7f]],
      [[0xc2, 0xdf], tail],
      [[0xe0, 0xe0], [0xa0, 0xbf], tail],
      [[0xe1, 0xec], tail, tail],
      [[0xed, 0xed], [0x80, 0x9f], tail],
      [[0xee, 0xef], tail, tail],
      [[0xf0, 0xf0], [0x90, 0xbf], tail, tail],
      [[0xf1, 0xf3], tail, tail, tail],
      [[0xf4, 0xf4], [0x80, 0x8f], tail, tail],
    ]);
  });

  test("holds what lies in the ranges and nothing else", () => {
    const random = seeded(7);
    const any = () => Math.floor(random() ** 3 * (lastCodePoint + 1));
    for (let round = 0; round < 200; round++) {
      const [a, b] = [any(), any()];
      const range: CodeRange = [Math.min(a, b), Math.max(a, b)];
      const sequences = toByteSequences([range]);
      const probes = [...corners, any(), a - 1, a, a + 1, b - 1, b, b + 1];
      for (const code of probes) {
        if (code < 0 || code > lastCodePoint || isSurrogate(code)) continue;
        expect(holds(sequences, code)).toBe(range[0] <= code && code <= range[1]);
      }
    }
  });

  test("has nothing for surrogates", () => {
    expect(toByteSequences([[0xd800, 0xdfff]])).toEqual([]);
  });
});

describe("characterSet and complement", () => {
  test("join what overlaps or touches", () => {
    const ranges: CodeRange[] = [
      [5, 9],
      [1, 2],
      [3, 4],
      [8, 20],
      [30, 30],
    ];
    const set = characterSet(ranges);
    expect(set).toEqual([
      [1, 20],
      [30, 30],
    ]);
    expect(complement(set)).toEqual([
      [0, 0],
      [21, 29],
      [31, 0xd7ff],
      [0xe000, lastCodePoint],
    ]);
  });

  test("leave nothing of everything", () => {
    expect(complement(characterSet([[0, lastCodePoint]]))).toEqual([]);
    expect(complement([])).toEqual(everyCharacter);
  });
});
