import { describe, expect, test } from "vitest";
import { fitBradleyTerry } from "../../src/rating/bradley-terry.ts";
import { dropSensitivity } from "../../src/rating/drop-sensitivity.ts";
import { toOutcomes } from "../../src/rating/pair-outcomes.ts";
import { PairTable } from "../../src/rating/pair-table.ts";
import { styled, tableOf } from "./golden.ts";

const sensitivityOf = (table: PairTable) =>
  dropSensitivity(
    toOutcomes(table.counts(), "half", false),
    Array.from({ length: table.models }, () => true),
  );

describe("dropSensitivity", () => {
  /** wins, losses, ties of two models; how many battles must go until the second is ahead. */
  test.for([
    [6, 4, 0, 3],
    [60, 40, 0, 21],
    [5, 4, 0, 2],
    [51, 50, 0, 2],
    [70, 20, 10, 51],
    [70, 20, 0, 51],
    [75, 25, 0, 51],
    [90, 10, 0, 81],
  ])("of %d wins, %d losses and %d ties is %d", ([wins, losses, ties, fewest]) => {
    const table = new PairTable(2);
    table.add(0, 1, 0, wins);
    table.add(0, 1, 1, losses);
    table.add(0, 1, 2, ties);
    expect(sensitivityOf(table)).toEqual({ leader: 0, successor: 1, dropped: fewest });
  });

  test("says nothing where two share the first place", () => {
    const table = new PairTable(2);
    table.add(0, 1, 2, 5);
    expect(sensitivityOf(table)).toBeUndefined();
  });

  test("speaks of those on the board only", () => {
    const table = new PairTable(3);
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      table.add(a, b, 0, 30);
      table.add(a, b, 1, 20);
    }
    const outcomes = toOutcomes(table.counts(), "half", false);
    expect(dropSensitivity(outcomes, [false, true, true])).toMatchObject({
      leader: 1,
      successor: 2,
    });
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
    const found = sensitivityOf(table);
    const smallest = smallestRemoval(cells);
    expect(found?.dropped).toBeGreaterThanOrEqual(smallest);
    expect(found?.dropped).toBeLessThanOrEqual(smallest + 1);
  });

  test("needs few of five thousand battles", () => {
    const outcomes = toOutcomes(tableOf(styled), "half", false);
    const { strengths } = fitBradleyTerry(outcomes);
    const ranked = [...strengths.keys()].sort((one, other) => strengths[other] - strengths[one]);
    const found = dropSensitivity(
      outcomes,
      styled.models.map(() => true),
    );
    expect(found?.leader).toBe(ranked[0]);
    expect(found?.successor).toBe(ranked[1]);
    expect(found?.dropped).toBeGreaterThan(1);
    expect(found?.dropped).toBeLessThan(styled.battles.length / 50);
  });

  test("has nothing to say of one model", () => {
    expect(sensitivityOf(new PairTable(1))).toBeUndefined();
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
      if (Math.max(strengths[1], strengths[2]) > strengths[0] + 1e-9) fewest = removed;
      return;
    }
    for (let out = 0; out <= Math.min(4, cells[at][3]); out++)
      tryFrom(at + 1, removed + out, [...kept, cells[at][3] - out]);
  };
  tryFrom(0, 0, []);
  return fewest;
}
