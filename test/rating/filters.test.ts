import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { winners } from "../../src/protocol/battle.ts";
import { categories, categoryBit } from "../../src/rating/categories.ts";
import { type BattleFilter, filterBattles } from "../../src/rating/filters.ts";
import { randomStream } from "../../src/rating/random.ts";
import { battlesOf, everything, goldenRows, large, type Row } from "./battles-of.ts";
import { honest, shillOf, simulateVotes } from "./simulated-votes.ts";

const filter = (rows: Row[], asked: Partial<BattleFilter>) =>
  filterBattles(battlesOf(rows), { ...everything, ...asked }, randomStream(1));

const battle: Row = { modelA: "x", modelB: "y", winner: "model_a" };

describe("filterBattles", () => {
  test("keeps everything, as it was, when nothing is asked", () => {
    const battles = battlesOf(goldenRows(large));
    const filtered = filterBattles(battles, everything, randomStream(1));
    expect(filtered).toEqual({ battles, dropped: [] });
  });

  test("keeps times from since to before until, and counts those without one apart", () => {
    const rows = [9, 10, 19, 20, Number.NaN].map((time) => ({ ...battle, time }));
    const both = filter(rows, { since: 10, until: 20 });
    expect([...both.battles.time]).toEqual([10, 19]);
    expect(both.dropped).toEqual([
      ["no_time", 1],
      ["before_since", 1],
      ["after_until", 1],
    ]);
    expect(filter(rows, { until: 20 }).dropped).toEqual([
      ["no_time", 1],
      ["after_until", 1],
    ]);
  });

  test("keeps a category, a language in any spelling, anonymous battles", () => {
    const rows = [
      { ...battle, categories: categoryBit("coding") + 1, language: "English" },
      { ...battle, categories: categoryBit("is_preset"), language: "english" },
      { ...battle, categories: 1, language: "German", anonymous: false },
      { ...battle, categories: 0, language: null },
    ];
    expect(filter(rows, { category: "coding" }).dropped).toEqual([["category", 3]]);
    expect(filter(rows, { category: "full" }).dropped).toEqual([["category", 2]]);
    expect(filter(rows, { language: "ENGLISH" }).dropped).toEqual([["language", 2]]);
    expect(filter(rows, { anonymousOnly: true }).dropped).toEqual([["named", 1]]);
  });

  test("refuses a category there is none of", () => {
    expect(() => filter([battle], { category: "maths" })).toThrow(UsageError);
  });

  test("leaves out a model with all its battles, on either side", () => {
    const rows: Row[] = [
      battle,
      { ...battle, modelA: "z" },
      { ...battle, modelB: "z" },
      { ...battle, modelB: "w" },
    ];
    const { battles, dropped } = filter(rows, { exclude: ["z", "never seen"] });
    expect(dropped).toEqual([["excluded_model", 2]]);
    expect(battles.models).toEqual(["w", "x", "y"]);
  });

  test("thins out frequent prompts, and caps a voter's day", () => {
    const often = Array.from({ length: 40 }, (_, i) => ({ ...battle, prompt: i < 30 ? 1 : i }));
    expect(filter(often, { dedup: true }).dropped).toEqual([["frequent_prompt", 1]]);
    const busy = Array.from({ length: 9 }, (_, i) => ({ ...battle, judge: "u", time: i }));
    expect(filter(busy, { dailyCap: 4 }).dropped).toEqual([["daily_cap", 5]]);
  });

  test("leaves out the votes of flagged voters alone", () => {
    const habits = [shillOf(7), ...Array.from({ length: 25 }, () => honest)];
    const rows = simulateVotes(habits, 160, 8, randomStream(2)).map((row, i) => {
      return i % 10 === 9 ? { ...row, judge: null } : row;
    });
    const shills = rows.filter(({ judge }) => judge === "u0").length;
    const { battles, dropped } = filter(rows, { dropAnomalous: true });
    expect(dropped).toEqual([["anomalous_voter", shills]]);
    expect([...battles.judge]).not.toContain(battles.judges.indexOf("u0"));
  });

  test("applies its rules one after the other, in FastChat's order", () => {
    const full: BattleFilter = {
      since: 0,
      until: 9,
      category: "full",
      language: "english",
      exclude: ["z"],
      anonymousOnly: true,
      dailyCap: 1,
      dedup: true,
      dropAnomalous: true,
    };
    const inside: Row = { ...battle, language: "English", time: 1, judge: "u", prompt: 1 };
    const rows: Row[] = [
      inside,
      // each of these would be dropped by two rules: the earlier one counts it
      { ...inside, modelA: "z", language: "German" },
      { ...inside, modelA: "z", anonymous: false },
      { ...inside, anonymous: false },
      { ...inside, time: -1, categories: 0 },
      { ...inside, categories: 0, language: null },
      inside,
    ];
    expect(filter(rows, full).dropped).toEqual([
      ["no_time", 0],
      ["before_since", 1],
      ["after_until", 0],
      ["category", 1],
      ["language", 1],
      ["excluded_model", 1],
      ["named", 1],
      ["daily_cap", 1],
      ["frequent_prompt", 0],
      ["anomalous_voter", 0],
    ]);
  });

  const name = fc.constantFrom("x", "y", "z");
  const row = fc.record({
    modelA: name,
    modelB: name,
    winner: fc.constantFrom(...winners),
    time: fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.constant(Number.NaN)),
    judge: fc.constantFrom("u", "v", null),
    anonymous: fc.boolean(),
    language: fc.constantFrom("English", "german", null),
    categories: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    prompt: fc.integer({ min: 0, max: 4 }),
  });
  const asked = fc.record({
    since: fc.option(fc.integer({ min: 0, max: 100_000 })),
    until: fc.option(fc.integer({ min: 100_000, max: 200_000 })),
    category: fc.option(fc.constantFrom(...categories.map((one) => one.name))),
    language: fc.option(fc.constantFrom("English", "GERMAN")),
    exclude: fc.subarray(["x", "y", "nobody"]),
    anonymousOnly: fc.boolean(),
    dailyCap: fc.option(fc.integer({ min: 1, max: 5 })),
    dedup: fc.boolean(),
    dropAnomalous: fc.boolean(),
  });

  test("invents no row, loses none uncounted, and has nothing left to do a second time", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), asked, (rows, wanted) => {
        const { battles, dropped } = filter(rows, wanted);
        const gone = dropped.reduce((sum, [, count]) => sum + count, 0);
        expect(battles.length + gone).toBe(rows.length);
        expect(dropped.every(([, count]) => count >= 0)).toBe(true);
        const again = filterBattles(
          battles,
          { ...everything, ...wanted, dedup: false, dropAnomalous: false },
          randomStream(1),
        );
        expect(again.battles).toEqual(battles);
      }),
    );
  });
});
