import { describe, expect, test } from "vitest";
import { fitBradleyTerry } from "../../src/rating/bradley-terry.ts";
import { dropSensitivity } from "../../src/rating/drop-sensitivity.ts";
import { toOutcomes } from "../../src/rating/pair-outcomes.ts";
import { PairTable } from "../../src/rating/pair-table.ts";
import { styled, tableOf } from "./golden.ts";

describe("dropSensitivity", () => {
  test("of two models is the lead itself", () => {
    const table = new PairTable(2);
    table.add(0, 1, 0, 60);
    table.add(0, 1, 1, 40);
    const found = dropSensitivity(toOutcomes(table.counts(), "half", false));
    expect(found).toEqual({ leader: 0, successor: 1, dropped: 20 });
  });

  test("is at most one battle from the smallest removal, where all can be tried", () => {
    const table = new PairTable(3);
    const cells: [number, number, number, number][] = [
      [0, 1, 0, 6],
      [0, 1, 1, 4],
      [1, 2, 0, 5],
      [1, 2, 1, 3],
      [0, 2, 0, 5],
      [0, 2, 1, 3],
    ];
    for (const cell of cells) table.add(...cell);
    const found = dropSensitivity(toOutcomes(table.counts(), "half", false));
    const smallest = smallestRemoval(cells);
    expect(found?.dropped).toBeGreaterThanOrEqual(smallest);
    expect(found?.dropped).toBeLessThanOrEqual(smallest + 1);
  });

  test("needs few of five thousand battles", () => {
    const outcomes = toOutcomes(tableOf(styled), "half", false);
    const { strengths } = fitBradleyTerry(outcomes);
    const ranked = [...strengths.keys()].sort((one, other) => strengths[other] - strengths[one]);
    const found = dropSensitivity(outcomes);
    expect(found?.leader).toBe(ranked[0]);
    expect(found?.successor).toBe(ranked[1]);
    expect(found?.dropped).toBeGreaterThan(1);
    expect(found?.dropped).toBeLessThan(styled.battles.length / 50);
  });

  test("has nothing to say of one model", () => {
    expect(dropSensitivity(toOutcomes(new PairTable(1).counts(), "half", false))).toBeUndefined();
  });
});

/** Tries every removal, fewest battles first. */
function smallestRemoval(cells: [number, number, number, number][]): number {
  let fewest = Number.POSITIVE_INFINITY;
  const tryFrom = (at: number, removed: number, kept: number[]): void => {
    if (removed >= fewest) return;
    if (at === cells.length) {
      const table = new PairTable(3);
      for (const [k, [a, b, outcome]] of cells.entries())
        if (kept[k] > 0) table.add(a, b, outcome, kept[k]);
      const { strengths } = fitBradleyTerry(toOutcomes(table.counts(), "half", false));
      if (Math.max(strengths[1], strengths[2]) >= strengths[0]) fewest = removed;
      return;
    }
    for (let out = 0; out <= Math.min(4, cells[at][3]); out++)
      tryFrom(at + 1, removed + out, [...kept, cells[at][3] - out]);
  };
  tryFrom(0, 0, []);
  return fewest;
}
