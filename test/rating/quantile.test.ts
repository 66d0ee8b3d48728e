import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quantile } from "../../src/rating/quantile.ts";

const ascending = fc
  .array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 30 })
  .map((values) => Float64Array.from(values).sort());
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("quantile", () => {
  test("interpolates as numpy does", () => {
    // np.quantile([1, 2, 4, 8], [0, .025, .25, .5, .9, 1])
    const expected = [1, 1.075, 1.75, 3, 6.8, 8];
    for (const [i, q] of [0, 0.025, 0.25, 0.5, 0.9, 1].entries())
      expect(quantile([1, 2, 4, 8], q)).toBeCloseTo(expected[i], 14);
  });

  test("of one value is this value, of none nothing", () => {
    expect(quantile([7], 0.3)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  test("keeps to the infinities it lies between", () => {
    const inf = Infinity;
    expect(quantile([-inf, -inf], 0.5)).toBe(-inf);
    expect(quantile([inf, inf, inf], 0.7)).toBe(inf);
    expect(quantile([-inf, 1, 2], 0.25)).toBe(-inf);
    expect(quantile([1, 2, inf], 0.75)).toBe(inf);
    expect(quantile([1, 2, inf], 0.5)).toBe(2);
    expect(quantile([-inf, inf], 0.4)).toBe(-inf);
    expect(quantile([-inf, inf], 0.6)).toBe(inf);
  });

  test("never leaves the values, never falls as q grows, is never NaN", () => {
    fc.assert(
      fc.property(ascending, share, share, (values, one, other) => {
        const low = quantile(values, Math.min(one, other));
        const high = quantile(values, Math.max(one, other));
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(values[0]);
        expect(high).toBeLessThanOrEqual(values[values.length - 1]);
      }),
    );
  });

  test("survives a distance that overflows", () => {
    expect(Number.isNaN(quantile([-Number.MAX_VALUE, Number.MAX_VALUE], 0.5))).toBe(false);
  });
});
