import { describe, expect, test } from "vitest";
import { StepCost } from "../../../src/engine/speculation/step-cost.ts";
import { uniform } from "../../../src/fresh/random.ts";

/** The machine it was written for: the second row is dear, those behind it are cheap. */
const truth = (rows: number) => (rows === 1 ? 20 : 28 + rows);

function measured(times: (round: number) => number, sizes: number[], rounds: number): StepCost {
  const cost = new StepCost();
  const random = uniform(1);
  for (let round = 0; round < rounds; round++)
    for (const rows of sizes)
      cost.measure(rows, truth(rows) * times(round) * (0.95 + 0.1 * random()));
  return cost;
}

describe("StepCost", () => {
  test("knows nothing at first, and guesses that rows cost something after one size", () => {
    const cost = new StepCost();
    expect(cost.isKnown).toBe(false);
    cost.measure(1, 20);
    expect(cost.at(1)).toBeCloseTo(20);
    expect(cost.at(5)).toBeGreaterThan(25);
  });

  test("learns what each size costs, between and beyond those it has seen", () => {
    const cost = measured(() => 1, [1, 2, 4, 8], 50);
    for (const rows of [1, 2, 3, 4, 6, 8, 12])
      expect(Math.abs(cost.at(rows) / truth(rows) - 1)).toBeLessThan(0.08);
  });

  test("follows a load that slows all sizes though it sees one of them alone", () => {
    const cost = measured(() => 1, [1, 2, 4, 8], 50);
    for (let i = 0; i < 60; i++) cost.measure(1, 60);
    expect(Math.abs(cost.at(1) / 60 - 1)).toBeLessThan(0.02);
    expect(Math.abs(cost.at(8) / 108 - 1)).toBeLessThan(0.15);
  });

  test("is hardly moved by one disturbed step", () => {
    const cost = measured(() => 1, [1, 2, 4, 8], 50);
    const before = cost.at(8) / cost.at(1);
    cost.measure(8, 5000);
    expect(Math.abs(cost.at(8) / cost.at(1) / before - 1)).toBeLessThan(0.06);
  });

  test("never says that more rows are cheaper, nor anything of 0 ms", () => {
    const cost = new StepCost();
    cost.measure(8, 10);
    cost.measure(2, 30);
    expect(cost.at(100)).toBeGreaterThanOrEqual(cost.at(8));
    expect(cost.at(1)).toBeGreaterThan(0);
  });
});
