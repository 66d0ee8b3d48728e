import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { winners } from "../../src/protocol/battle.ts";
import { battleCounts, predictedWin, rowMeans, winFraction } from "../../src/rating/matrices.ts";
import { countPairs } from "../../src/rating/pair-table.ts";
import { battlesOf, goldenRows, large, small } from "./battles-of.ts";

const printed = 5.01e-7;

/** A golden table as a matrix in the order of the models. */
function matrixOf(table: object, models: readonly string[]): (number | null)[] {
  const rows = new Map(Object.entries(table));
  return models.flatMap((row) => models.map((column) => rows.get(row)[column]));
}

function columnOf(table: object, models: readonly string[]): number[] {
  const values = new Map(Object.entries(table));
  return models.map((model) => values.get(model));
}

function expectNear(found: Float64Array, golden: (number | null)[]) {
  expect(found).toHaveLength(golden.length);
  for (const [place, value] of golden.entries())
    if (value === null) expect(found[place]).toBeNaN();
    else expect(Math.abs(found[place] - value)).toBeLessThanOrEqual(printed);
}

describe.for([small, large])("the matrices of $name", (set) => {
  const { models, length, ...columns } = battlesOf(goldenRows(set));
  const counts = countPairs({ models, length, ...columns });
  const { expected } = set;
  const ratings = Float64Array.from(columnOf(expected.bt_exact_unanchored_mean1000, models));

  test("hold FastChat's win fractions and their averages", () => {
    const fraction = winFraction(counts);
    expectNear(fraction, matrixOf(expected.win_fraction_no_ties, models));
    expectNear(rowMeans(fraction), columnOf(expected.average_win_rate_no_ties, models));
  });

  test("hold FastChat's battle counts", () => {
    expect([...battleCounts(counts)]).toEqual(matrixOf(expected.battle_count_no_ties, models));
  });

  test("hold what the exact ratings predict, and its averages", () => {
    const predicted = predictedWin(ratings);
    // the ratings are printed to 6 decimals: the slope turns 1e-6 points into 2e-9
    expectNear(predicted, matrixOf(expected.predicted_win_rate_exact_bt, models));
    expectNear(rowMeans(predicted), columnOf(expected.predicted_average_win_rate, models));
  });
});

const name = fc.constantFrom("v", "w", "x", "y");
const row = fc.record({ modelA: name, modelB: name, winner: fc.constantFrom(...winners) });
const counted = fc.array(row, { maxLength: 40 }).map((rows) => countPairs(battlesOf(rows)));

describe("winFraction and battleCounts", () => {
  test("say the opposite from the other side, and nothing of pairs without a decision", () => {
    fc.assert(
      fc.property(counted, (counts) => {
        const { models } = counts;
        const fraction = winFraction(counts);
        const battles = battleCounts(counts);
        for (let i = 0; i < models; i++)
          for (let j = 0; j < models; j++) {
            const [here, there] = [i * models + j, j * models + i];
            expect(battles[here]).toBe(battles[there]);
            if (battles[here] === 0) expect(fraction[here]).toBeNaN();
            else expect(fraction[here] + fraction[there]).toBeCloseTo(1, 12);
          }
      }),
    );
  });

  test("do not count battles against oneself", () => {
    const counts = countPairs(battlesOf([{ modelA: "x", modelB: "x", winner: "model_a" }]));
    expect([...winFraction(counts), ...battleCounts(counts)]).toEqual([NaN, 0]);
  });
});

describe("predictedWin", () => {
  test("is ten to one at 400 points, and nothing where a rating is missing", () => {
    const [self, ahead, unknown, behind] = predictedWin(Float64Array.of(1400, 1000, NaN));
    expect([self, unknown]).toEqual([NaN, NaN]);
    expect(ahead).toBeCloseTo(10 / 11, 12);
    expect(behind).toBeCloseTo(1 / 11, 12);
  });
});

describe("rowMeans", () => {
  test("skips what is not said, and says nothing of a row that says nothing", () => {
    expect([...rowMeans(Float64Array.of(NaN, 0.5, 0.25, NaN))]).toEqual([0.5, 0.25]);
    expect(rowMeans(Float64Array.of(NaN))[0]).toBeNaN();
    expect(rowMeans(Float64Array.of())).toHaveLength(0);
  });
});
