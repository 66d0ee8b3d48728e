import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spreadOut } from "../../../src/page/charts/spread-out.ts";

describe("spreadOut", () => {
  test("leaves places that are far enough apart", () => {
    expect(spreadOut([10, 0, 30], 5, [0, 40])).toEqual([10, 0, 30]);
  });

  test("moves two that meet by the same distance", () => {
    expect(spreadOut([10, 10], 4, [0, 40])).toEqual([8, 12]);
  });

  test("moves a block as one, around the middle of what it wants", () => {
    expect(spreadOut([12, 10, 11], 4, [0, 40])).toEqual([15, 7, 11]);
  });

  test("stays in its range", () => {
    expect(spreadOut([40, 40, 0, 0], 4, [0, 40])).toEqual([36, 40, 0, 4]);
  });

  test("keeps the order and the gap, whatever is wanted", () => {
    const places = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 10 });
    fc.assert(
      fc.property(places, (wanted) => {
        const found = spreadOut(wanted, 10, [0, 100]);
        const order = [...wanted.keys()].sort((a, b) => (found[a] ?? 0) - (found[b] ?? 0));
        for (const [place, at] of order.slice(1).entries()) {
          const before = order[place] ?? 0;
          expect((found[at] ?? 0) - (found[before] ?? 0)).toBeGreaterThanOrEqual(10 - 1e-9);
          expect(wanted[at]).toBeGreaterThanOrEqual(wanted[before] ?? 0);
        }
        expect(Math.min(0, ...found)).toBeGreaterThanOrEqual(-1e-9);
        expect(Math.max(0, ...found)).toBeLessThanOrEqual(100 + 1e-9);
      }),
    );
  });
});
