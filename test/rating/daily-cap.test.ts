import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { capDailyVotes } from "../../src/rating/daily-cap.ts";
import { battlesOf, goldenRows, large } from "./battles-of.ts";

const noon = 1_700_049_600; // 2023-11-15 12:00 UTC
const vote = (judge: string | null, time: number) => ({
  modelA: "x",
  modelB: "y",
  winner: "model_a" as const,
  judge,
  time,
});
const kept = (votes: ReturnType<typeof vote>[], cap: number) => [
  ...capDailyVotes(battlesOf(votes), cap),
];

describe("capDailyVotes", () => {
  test("keeps as many of FastChat's votes as FastChat", () => {
    const rows = goldenRows(large).map((row, i) => ({ ...row, time: 1_700_000_000 + 60 * i }));
    const mask = capDailyVotes(battlesOf(rows), 5);
    const { kept: expected, of } = large.expected.limit_user_votes_5_per_day_utc;
    expect(mask).toHaveLength(of);
    expect(mask.reduce((sum, bit) => sum + bit, 0)).toBe(expected);
  });

  test("starts anew at midnight UTC", () => {
    const midnight = noon + 12 * 3600;
    const votes = [noon, midnight - 1, midnight, midnight + 1].map((time) => vote("u", time));
    expect(kept(votes, 1)).toEqual([1, 0, 1, 0]);
  });

  test("counts each voter alone", () => {
    const votes = ["u", "v", "u", "v", "u"].map((judge, i) => vote(judge, noon + i));
    expect(kept(votes, 2)).toEqual([1, 1, 1, 1, 0]);
  });

  test("caps no vote whose voter or time is not known", () => {
    const unknown = [vote(null, noon), vote(null, noon), vote("u", Number.NaN)];
    expect(kept([...unknown, vote("u", Number.NaN)], 1)).toEqual([1, 1, 1, 1]);
  });

  test("keeps the first votes of each voter's day and no others", () => {
    const votes = fc.array(
      fc.record({ judge: fc.constantFrom("u", "v"), hour: fc.integer({ min: 0, max: 72 }) }),
    );
    fc.assert(
      fc.property(votes, fc.integer({ min: 0, max: 4 }), (list, cap) => {
        const battles = battlesOf(list.map(({ judge, hour }) => vote(judge, hour * 3600)));
        const seen = new Map<string, number>();
        const expected = [...battles.time].map((time, row) => {
          const key = `${battles.judge[row]} ${new Date(time * 1000).toISOString().slice(0, 10)}`;
          seen.set(key, (seen.get(key) ?? 0) + 1);
          return (seen.get(key) ?? 0) <= cap ? 1 : 0;
        });
        expect([...capDailyVotes(battles, cap)]).toEqual(expected);
      }),
    );
  });
});
