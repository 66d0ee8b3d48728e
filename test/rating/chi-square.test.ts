import { describe, expect, test } from "vitest";
import { chiSquareCdf, chiSquareQuantile, normalQuantile } from "../../src/rating/chi-square.ts";
import { logGamma } from "../../src/rating/log-gamma.ts";

describe("chiSquareQuantile", () => {
  // scipy.stats.chi2.ppf
  test.for([
    [0.95, 1, 3.841458820694124],
    [0.95, 2, 5.991464547107979],
    [0.95, 9, 16.918977604620448],
    [0.95, 99, 123.2252214533618],
    [0.5, 3, 2.3659738843753377],
    [0.001, 10, 1.478743463835658],
    [0.999, 1000, 1143.9171],
  ])("of %d with %d degrees is %d", ([probability, freedom, expected]) => {
    expect(chiSquareQuantile(probability, freedom) / expected).toBeCloseTo(1, 7);
  });

  test.for([1, 2, 7, 50, 400])("undoes the distribution with %d degrees", (freedom) => {
    for (const probability of [0.01, 0.3, 0.5, 0.9, 0.999])
      expect(chiSquareCdf(chiSquareQuantile(probability, freedom), freedom)).toBeCloseTo(
        probability,
        12,
      );
  });

  test("is what there is of a normal", () => {
    expect(normalQuantile(0.95)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.99)).toBeCloseTo(2.5758293035489004, 12);
  });
});

describe("logGamma", () => {
  test.for([
    [1, 0],
    [0.5, Math.log(Math.PI) / 2],
    [11, Math.log(3628800)],
    [171, 706.5730622457875],
    [1e6, 12815504.569147611],
  ])("of %d", ([x, expected]) => {
    expect(logGamma(x)).toBeCloseTo(expected, x > 1000 ? 6 : 11);
  });
});
