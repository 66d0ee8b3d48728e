import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { winners } from "../../src/protocol/battle.ts";
import {
  drawPair,
  type PairDistribution,
  pairProbabilities,
} from "../../src/rating/pair-sampling.ts";
import { countPairs, PairTable } from "../../src/rating/pair-table.ts";
import { randomStream } from "../../src/rating/random.ts";
import { battlesOf, goldenRows, large, small } from "./battles-of.ts";

const sum = (values: Iterable<number>) => [...values].reduce((total, one) => total + one, 0);

/** "i-j" → probability. */
function probabilities({ i, j, probability }: PairDistribution): Record<string, number> {
  return Object.fromEntries([...probability].map((one, pair) => [`${i[pair]}-${j[pair]}`, one]));
}

/** A table from lines of (i, j, wins, losses, ties). */
function tableOf(models: number, lines: [number, number, number, number, number][]) {
  const table = new PairTable(models);
  for (const [i, j, wins, losses, ties] of lines) {
    table.add(i, j, 0, wins);
    table.add(i, j, 1, losses);
    table.add(i, j, 2, ties);
  }
  return table.counts();
}

describe("pairProbabilities", () => {
  test.for([small, large])("follows the shrinking errors of $name", (set) => {
    const battles = battlesOf(goldenRows(set));
    const found = probabilities(pairProbabilities(countPairs(battles), { floor: 0 }));
    const place = set.models.map((model) => battles.models.indexOf(model));
    const golden = Object.entries(set.expected.active_sampling_ci_shrink.pairs);
    expect(golden).toHaveLength((set.models.length * (set.models.length - 1)) / 2);
    for (const [pair, { prob }] of golden) {
      const [i, j] = pair.split("-").map((model) => place[Number(model)]);
      const mine = found[`${Math.min(i, j)}-${Math.max(i, j)}`];
      expect(Math.abs(mine - prob)).toBeLessThanOrEqual(5.01e-7);
    }
  });

  test("gives unseen pairs the most, then those that met once", () => {
    const counts = tableOf(4, [
      [0, 1, 1, 0, 0],
      [0, 2, 1, 1, 0],
      [0, 3, 50, 50, 0],
      [1, 2, 9, 0, 0],
      [1, 3, 0, 0, 5],
    ]);
    const found = probabilities(pairProbabilities(counts, { floor: 0.06 }));
    expect(found["2-3"]).toBeGreaterThan(found["0-1"]);
    expect(found["0-1"]).toBeGreaterThan(found["0-2"]);
    expect(found["0-2"]).toBeGreaterThan(found["0-3"]);
    expect(found["1-2"]).toBeCloseTo(0.01, 12); // no variance: its share of the floor alone
    expect(found["1-3"]).toBeCloseTo(0.01, 12);
  });

  test("keeps a model of weight 0 out, and shares the floor out by weight", () => {
    const counts = tableOf(3, [[0, 1, 5, 5, 0]]);
    const found = probabilities(pairProbabilities(counts, { floor: 1, modelWeights: [1, 3, 0] }));
    expect(found).toEqual({ "0-1": 1, "0-2": 0, "1-2": 0 });
    const even = probabilities(pairProbabilities(counts, { floor: 1, modelWeights: [1, 2, 3] }));
    expect(even["1-2"] / even["0-1"]).toBeCloseTo(3, 12);
  });

  test("draws all pairs alike once there is nothing left to learn", () => {
    const counts = tableOf(3, [
      [0, 1, 5, 0, 0],
      [0, 2, 5, 0, 0],
      [1, 2, 0, 5, 0],
    ]);
    for (const one of pairProbabilities(counts, { floor: 0 }).probability)
      expect(one).toBeCloseTo(1 / 3, 12);
  });

  test("refuses to draw from fewer than two models", () => {
    expect(() => pairProbabilities(tableOf(1, []))).toThrow(RangeError);
    expect(() => pairProbabilities(tableOf(3, []), { modelWeights: [0, 1, 0] })).toThrow(
      RangeError,
    );
  });

  const name = fc.constantFrom("v", "w", "x", "y");
  const row = fc.record({ modelA: name, modelB: name, winner: fc.constantFrom(...winners) });
  const floor = fc.double({ min: 0, max: 1, noNaN: true });

  test("adds up to 1, and leaves no pair below its share of the floor", () => {
    fc.assert(
      fc.property(fc.array(row), floor, (rows, share) => {
        const counts = countPairs(battlesOf(rows));
        fc.pre(counts.models >= 2);
        const { probability } = pairProbabilities(counts, { floor: share });
        expect(sum(probability)).toBeCloseTo(1, 12);
        for (const one of probability)
          expect(one).toBeGreaterThanOrEqual(share / probability.length - 1e-15);
      }),
    );
  });
});

describe("drawPair", () => {
  const counts = tableOf(4, [
    [0, 1, 5, 5, 1],
    [0, 2, 3, 7, 0],
  ]);
  const distribution = pairProbabilities(counts, { modelWeights: [1, 1, 1, 0.5] });

  test("draws each pair as often as it says", () => {
    const expected = probabilities(distribution);
    const random = randomStream(4);
    const seen = new Map<string, number>();
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw++) {
      const { i, j, probability } = drawPair(distribution, random);
      expect(probability).toBe(expected[`${i}-${j}`]);
      seen.set(`${i}-${j}`, (seen.get(`${i}-${j}`) ?? 0) + 1);
    }
    for (const [pair, probability] of Object.entries(expected))
      expect(Math.abs((seen.get(pair) ?? 0) / draws - probability)).toBeLessThan(0.015);
  });

  test("never draws what is impossible, at either end of chance", () => {
    const { i, j } = distribution;
    const middle = { i, j, probability: Float64Array.of(0, 0.3, 0, 0.7 - 1e-12, 0, 0) };
    expect(drawPair(middle, () => 0)).toMatchObject({ i: 0, j: 2 });
    expect(drawPair(middle, () => 1 - 2 ** -53)).toMatchObject({ i: 1, j: 2 });
  });
});
