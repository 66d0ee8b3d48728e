import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { discoveries } from "../../src/rating/false-discovery.ts";

const eValues = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { maxLength: 20 });

describe("discoveries", () => {
  test("steps up: a weak finding rides on stronger ones only as far as the rate allows", () => {
    // bounds for 4 tests at .1: 40, 20, 13.3, 10
    expect([...discoveries([11, 5, 30, 12], 0.1)]).toEqual([0, 0, 0, 0]);
    expect([...discoveries([11, 5, 41, 21], 0.1)]).toEqual([0, 0, 1, 1]);
    expect([...discoveries([11, 10, 41, 12], 0.1)]).toEqual([1, 1, 1, 1]);
  });

  test("reports alone what Bonferroni would, and nothing of nothing", () => {
    expect([...discoveries([200, 1, 1], 0.05)]).toEqual([1, 0, 0]);
    expect(discoveries([], 0.05)).toHaveLength(0);
  });

  test("is Benjamini and Hochberg's rule on 1/e", () => {
    fc.assert(
      fc.property(eValues, fc.double({ min: 0.01, max: 1, noNaN: true }), (list, rate) => {
        const p = list.map((one) => 1 / one).sort((one, other) => one - other);
        let k = 0;
        for (const [i, one] of p.entries()) if (one <= (rate * (i + 1)) / p.length) k = i + 1;
        const reported = discoveries(list, rate).reduce((sum, bit) => sum + bit, 0);
        expect(Math.abs(reported - k)).toBeLessThanOrEqual(tied(list));
      }),
    );
  });

  test("reports more when the evidence grows", () => {
    fc.assert(
      fc.property(eValues, (list) => {
        const before = discoveries(list, 0.1);
        const after = discoveries(
          list.map((one) => one * 2),
          0.1,
        );
        for (const [i, bit] of before.entries()) expect(after[i]).toBeGreaterThanOrEqual(bit);
      }),
    );
  });
});

/** How many share a value with another: 1/e may round two of them together or apart. */
function tied(list: number[]): number {
  return list.length - new Set(list).size;
}
