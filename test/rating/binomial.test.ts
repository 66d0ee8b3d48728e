import { describe, expect, test } from "vitest";
import { drawBinomial } from "../../src/rating/binomial.ts";
import { chiSquareCdf } from "../../src/rating/chi-square.ts";
import { logGamma } from "../../src/rating/log-gamma.ts";
import { randomStream } from "../../src/rating/random.ts";

const mass = (n: number, p: number, k: number) =>
  Math.exp(
    logGamma(n + 1) -
      logGamma(k + 1) -
      logGamma(n - k + 1) +
      k * Math.log(p) +
      (n - k) * Math.log(1 - p),
  );

/** Pearson's test of draws against the law; counts expected less than five times are taken together. */
function fitsLaw(n: number, p: number, draws: number): number {
  const random = randomStream(n + 1000 * p);
  const seen = new Float64Array(n + 1);
  for (let draw = 0; draw < draws; draw++) seen[drawBinomial(n, p, random)]++;
  let [statistic, cells, rest, restSeen] = [0, 0, 0, 0];
  for (let k = 0; k <= n; k++) {
    const expected = draws * mass(n, p, k);
    if (expected < 5) {
      rest += expected;
      restSeen += seen[k];
    } else {
      statistic += (seen[k] - expected) ** 2 / expected;
      cells++;
    }
  }
  if (rest > 5) {
    statistic += (restSeen - rest) ** 2 / rest;
    cells++;
  }
  return 1 - chiSquareCdf(statistic, Math.max(1, cells - 1));
}

describe("drawBinomial", () => {
  test.for([
    [1, 0.3],
    [20, 0.05],
    [20, 0.5],
    [25, 0.41],
    [40, 0.9],
    [1000, 0.011],
    [1000, 0.5],
    [5000, 0.002],
    [100_000, 0.0003],
    [100_000, 0.25],
  ])("follows the law of %d trials of chance %d", ([n, p]) => {
    expect(fitsLaw(n, p, 100_000)).toBeGreaterThan(1e-4);
  });

  test("has the mean and the spread of a million trials", () => {
    const random = randomStream(5);
    const [n, p, draws] = [1e6, 0.37, 20_000];
    const values = Array.from({ length: draws }, () => drawBinomial(n, p, random));
    const mean = values.reduce((sum, one) => sum + one, 0) / draws;
    const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / draws;
    expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt((n * p * (1 - p)) / draws));
    expect(variance / (n * p * (1 - p))).toBeCloseTo(1, 1);
  });

  test("knows what is certain", () => {
    const random = randomStream(1);
    expect(drawBinomial(7, 0, random)).toBe(0);
    expect(drawBinomial(7, 1, random)).toBe(7);
    expect(drawBinomial(0, 0.5, random)).toBe(0);
  });
});

describe("randomStream", () => {
  test("repeats itself, and differs by stream and by seed", () => {
    const first = (seed: number, stream: number) => {
      const random = randomStream(seed, stream);
      return [random(), random(), random()];
    };
    expect(first(1, 2)).toEqual(first(1, 2));
    expect(first(1, 2)).not.toEqual(first(1, 3));
    expect(first(1, 2)).not.toEqual(first(2, 2));
    expect(first(2 ** 32, 0)).not.toEqual(first(0, 0));
  });
});
