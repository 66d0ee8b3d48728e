import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ranksFromIntervals } from "../../src/rating/ranks.ts";
import { large, small } from "./battles-of.ts";

const ranks = (lower: number[], upper: number[]) => {
  const { rank, best, worst } = ranksFromIntervals(
    Float64Array.from(lower),
    Float64Array.from(upper),
  );
  return { rank: [...rank], best: [...best], worst: [...worst] };
};

/** FastChat's `recompute_final_ranking`, run on these (shared/golden/fastchat-misc.json). */
const recomputed = [
  { q025: [1200, 1190, 1180, 1000], q975: [1220, 1210, 1189, 1010], ranks: [1, 1, 3, 4] },
  { q025: [10, 10, 10], q975: [10, 10, 10], ranks: [1, 1, 1] },
  { q025: [5, 4, 3, 2], q975: [5.5, 4.5, 3.5, 2.5], ranks: [1, 2, 3, 4] },
];

const integer = fc.integer({ min: -20, max: 20 });
const intervals = fc.array(fc.tuple(integer, fc.nat(15)), { maxLength: 25 }).map((list) => ({
  lower: list.map(([at]) => at),
  upper: list.map(([at, width]) => at + width),
}));

describe("ranksFromIntervals", () => {
  test.for([small, large])("ranks the models of $name as FastChat", ({ expected }) => {
    const { fastchat, rank_ub, rank_ub_monitor_recompute, rank_worst_case } = expected.bootstrap;
    const models = Object.keys(rank_ub);
    const column = (values: object) =>
      models.map((model) => new Map(Object.entries(values)).get(model));
    const found = ranks(column(fastchat.q025), column(fastchat.q975));
    expect(found.rank).toEqual(column(rank_ub));
    expect(found.rank).toEqual(column(rank_ub_monitor_recompute));
    expect(found.worst).toEqual(column(rank_worst_case));
  });

  test.for(recomputed)(
    "recomputes ranks among those shown: $ranks",
    ({ q025, q975, ranks: expected }) => {
      expect(ranks(q025, q975).rank).toEqual(expected);
    },
  );

  test("counts whole intervals above and below", () => {
    fc.assert(
      fc.property(intervals, ({ lower, upper }) => {
        const { rank, best, worst } = ranks(lower, upper);
        expect(best).toEqual(rank);
        for (const i of lower.keys()) {
          expect(rank[i]).toBe(1 + lower.filter((end) => end > upper[i]).length);
          expect(worst[i]).toBe(lower.length - upper.filter((end) => end < lower[i]).length);
          expect(best[i]).toBeLessThanOrEqual(worst[i]);
        }
      }),
    );
  });

  test("does not change when all move together, and turns round when all are mirrored", () => {
    fc.assert(
      fc.property(intervals, integer, ({ lower, upper }, by) => {
        const shift = (ends: number[]) => ends.map((end) => end + by);
        const mirror = (ends: number[]) => ends.map((end) => -end);
        expect(ranks(shift(lower), shift(upper))).toEqual(ranks(lower, upper));
        const turned = (places: number[]) => places.map((place) => lower.length + 1 - place);
        const mirrored = ranks(mirror(upper), mirror(lower));
        expect(mirrored.best).toEqual(turned(ranks(lower, upper).worst));
      }),
    );
  });

  test("lets a model whose interval has no end be anywhere on that side", () => {
    const { best, worst } = ranks([10, -Infinity, 0], [11, Infinity, 1]);
    expect([best, worst]).toEqual([
      [1, 1, 2],
      [2, 3, 3],
    ]);
  });
});
