import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dropFrequentPrompts, promptHash } from "../../src/rating/deduplication.ts";
import { randomStream } from "../../src/rating/random.ts";
import { battlesOf } from "./battles-of.ts";

/** One battle for each prompt hash. */
const asked = (prompts: number[]) =>
  battlesOf(prompts.map((prompt) => ({ modelA: "x", modelB: "y", winner: "model_a", prompt })));
const total = (mask: Uint8Array) => mask.reduce((sum, bit) => sum + bit, 0);

describe("promptHash", () => {
  test("is a whole number that a double holds, and never 0", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const hash = promptHash(text);
        expect(Number.isSafeInteger(hash) && hash > 0).toBe(true);
        expect(promptHash(text)).toBe(hash);
      }),
    );
  });

  test("tells a hundred thousand prompts apart", () => {
    const hashes = new Set(Array.from({ length: 100_000 }, (_, i) => promptHash(`prompt ${i}\n`)));
    expect(hashes.size).toBe(100_000);
  });

  test.for(["x", "é", "中", "😀"])("compares the first 10 000 characters (%s)", (character) => {
    const same = character.repeat(9_999);
    expect(promptHash(`${same}a`)).not.toBe(promptHash(`${same}b`));
    expect(promptHash(`${same}aa`)).toBe(promptHash(`${same}ab`));
    expect(promptHash(`${same}a`)).toBe(promptHash(`${same}ab`));
  });
});

describe("dropFrequentPrompts", () => {
  test("leaves a too frequent prompt as many rows as the quantile of counts", () => {
    // counts 1, 1, 2, 8: pandas' quantile(.75) is 3.5, and int(3.5) rows of the last stay
    const prompts = [7, 7, 5, 5, 5, 5, 5, 5, 5, 5, 1, 2];
    const keep = dropFrequentPrompts(asked(prompts), randomStream(1), 0.75);
    expect([...keep.slice(0, 2), ...keep.slice(10)]).toEqual([1, 1, 1, 1]);
    expect(total(keep.slice(2, 10))).toBe(3);
  });

  test("draws the rows that stay evenly", () => {
    const battles = asked([1, 2, 3, 3, 3, 3, 3]);
    const random = randomStream(2);
    const stayed = new Array(7).fill(0);
    for (let round = 0; round < 5000; round++)
      for (const [row, bit] of dropFrequentPrompts(battles, random, 0.6).entries())
        stayed[row] += bit;
    // counts 1, 1, 5: quantile(.6) is 1.8, one row of five stays
    for (const count of stayed.slice(2)) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test("lets rows without a prompt stay and out of the count", () => {
    const keep = dropFrequentPrompts(asked([0, 0, 0, 0, 3, 4]), randomStream(3), 0.5);
    expect([...keep]).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...dropFrequentPrompts(asked([0, 0]), randomStream(3))]).toEqual([1, 1]);
    expect(dropFrequentPrompts(asked([]), randomStream(3))).toHaveLength(0);
  });

  test("drops only from prompts above the cutoff, down to it", () => {
    const prompts = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 });
    fc.assert(
      fc.property(
        prompts,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer(),
        (list, q, seed) => {
          const keep = dropFrequentPrompts(asked(list), randomStream(seed), q);
          const before = countsOf(list);
          const after = countsOf(list.filter((_, row) => keep[row] === 1));
          const left = [...before.keys()].filter(
            (prompt) => after.get(prompt) !== before.get(prompt),
          );
          expect(left).not.toContain(0);
          expect(new Set(left.map((prompt) => after.get(prompt))).size).toBeLessThanOrEqual(1);
          const cutoff = after.get(left[0]) ?? 0;
          if (left.length > 0)
            for (const [prompt, count] of after)
              if (prompt !== 0) expect(count).toBeLessThanOrEqual(cutoff);
        },
      ),
    );
  });
});

function countsOf(list: number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}
