/** @file Percentiles against the worked examples of Wikipedia's article "Percentile" (method C = 1). */
import { describe, expect, test } from "vitest";
import { percentile, percentiles } from "../../src/bench/percentiles.ts";

describe("percentile", () => {
  test.for([
    [[15, 20, 35, 40, 50], 0.4, 29],
    [[1, 2, 3, 4], 0.75, 3.25],
    [[50, 15, 40, 35, 20], 0.5, 35],
    [[7], 0.99, 7],
  ] as const)("of %j at %s is %s", ([values, share, expected]) => {
    expect(percentile(values, share)).toBeCloseTo(expected, 12);
  });

  test("of nothing is no number", () => {
    expect(percentile([], 0.5)).toBeNaN();
    expect(percentiles([])).toBeNull();
  });

  test("gives the tails of 1…101 as 51, 91 and 100", () => {
    const values = Array.from({ length: 101 }, (_, i) => i + 1);
    expect(percentiles(values)).toEqual({ p50: 51, p90: 91, p99: 100, mean: 51 });
  });
});
