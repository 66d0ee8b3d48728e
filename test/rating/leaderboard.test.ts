import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { winners } from "../../src/protocol/battle.ts";
import { ratingHistory } from "../../src/rating/history.ts";
import { makeBoard } from "../../src/rating/leaderboard.ts";
import { toOutcomes } from "../../src/rating/pair-outcomes.ts";
import { PairTable } from "../../src/rating/pair-table.ts";
import { defaultRatingOptions, type RatingOptions } from "../../src/rating/rating-options.ts";
import { bootstrapStyle } from "../../src/rating/style-bootstrap.ts";
import { battlesOf, goldenRows, large, type Row } from "./battles-of.ts";

const boardOf = (rows: readonly Row[], options: Partial<RatingOptions> = {}) =>
  makeBoard(battlesOf(rows), { ...defaultRatingOptions, ...options }, async (task, rounds) =>
    bootstrapStyle(task, 0, rounds),
  );

/** Rows of five models, some of whom only win or never meet the rest. */
const someRows = fc.array(
  fc
    .tuple(fc.nat(4), fc.nat(3), fc.constantFrom(...winners))
    .map(([a, b, winner]): Row => ({ modelA: `m${a}`, modelB: `m${b >= a ? b + 1 : b}`, winner })),
  { minLength: 1, maxLength: 60 },
);

describe("makeBoard", () => {
  test.for(["sandwich", "bootstrap"] as const)(
    "is the same for two logs as for one, in any order of the rows (%s)",
    async (interval) => {
      await fc.assert(
        fc.asyncProperty(someRows, fc.nat(60), fc.boolean(), async (rows, at, turned) => {
          const logs = [rows.slice(0, at), rows.slice(at)];
          const merged = (turned ? logs.reverse() : logs).flat();
          const options = { interval, rounds: 5 };
          expect(await boardOf(merged, options)).toEqual(await boardOf(rows, options));
        }),
        { numRuns: 50 },
      );
    },
  );

  test("has a mean of 1000 over the rated, and gives every other model a reason", async () => {
    await fc.assert(
      fc.asyncProperty(someRows, async (rows) => {
        const { models } = await boardOf(rows);
        const ratings = models.flatMap(({ rating }) => (rating === null ? [] : [rating]));
        const sum = ratings.reduce((total, rating) => total + rating, 0);
        if (ratings.length > 0) expect(sum / ratings.length).toBeCloseTo(1000, 6);
        for (const { rating, unrated } of models)
          expect(unrated === undefined).toBe(rating !== null);
      }),
    );
  });
});

describe("toOutcomes", () => {
  test.for([
    ["half", 7],
    ["drop", 0],
    ["both-bad-apart", 3],
  ] as const)("with the policy %s counts %d of three ties and four bad pairs", ([ties, draws]) => {
    const table = new PairTable(2);
    table.add(0, 1, 0, 5);
    table.add(1, 0, 2, 3);
    table.add(0, 1, 3, 4);
    const outcomes = toOutcomes(table.counts(), ties, false);
    expect([outcomes.wins[0], outcomes.losses[0], outcomes.draws[0]]).toEqual([5, 0, draws]);
  });
});

describe("ratingHistory", () => {
  const rows = goldenRows(large).map((row, at) => ({ ...row, time: 1_700_000_000 + 60 * at }));

  test("ends with the ratings of all battles, and begins with fewer", async () => {
    const battles = battlesOf(rows);
    const history = ratingHistory(battles, defaultRatingOptions, 10);
    expect(history.map(({ time }) => time)).toEqual(
      history.map(({ time }) => time).toSorted((one, other) => one - other),
    );
    const { models } = await boardOf(rows);
    for (const { model, rating } of models)
      expect(history[9].ratings[battles.models.indexOf(model)]).toBeCloseTo(rating ?? 0, 6);
    expect(history[0].ratings).not.toEqual(history[9].ratings);
  });

  test("is empty where no row has a time", () => {
    expect(ratingHistory(battlesOf(goldenRows(large)), defaultRatingOptions, 10)).toEqual([]);
  });
});
