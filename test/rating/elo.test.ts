import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { winners } from "../../src/protocol/battle.ts";
import { bootstrapElo, onlineElo } from "../../src/rating/elo.ts";
import { randomStream } from "../../src/rating/random.ts";
import { battlesOf, goldenRows, large, type Row, small } from "./battles-of.ts";

/** Straight from the definition, with names for places and powers of ten for exponentials. */
function byDefinition(rows: readonly Row[], k: number): Map<string, number> {
  const ratings = new Map<string, number>();
  for (const { modelA, modelB, winner } of rows) {
    const a = ratings.get(modelA) ?? 1000;
    const b = ratings.get(modelB) ?? 1000;
    const score = winner === "model_a" ? 1 : winner === "model_b" ? 0 : 0.5;
    const update = k * (score - 1 / (1 + 10 ** ((b - a) / 400)));
    ratings.set(modelA, a + update);
    ratings.set(modelB, b - update);
  }
  return ratings;
}

const cases = [small, large].flatMap((set) => [
  { name: set.name, set, k: 4, printed: set.expected.fastchat_compute_elo_k4 },
  { name: set.name, set, k: 32, printed: set.expected.fastchat_compute_elo_k32 },
]);

describe("onlineElo", () => {
  test.for(cases)("agrees with FastChat on $name with K = $k", ({ set, k, printed }) => {
    const rows = goldenRows(set);
    const battles = battlesOf(rows);
    const ratings = onlineElo(battles, { k });
    const defined = byDefinition(rows, k);
    const golden = new Map(Object.entries(printed));
    expect(golden.size).toBe(battles.models.length);
    for (const [place, model] of battles.models.entries()) {
      expect(Math.abs(ratings[place] - (golden.get(model) ?? 0))).toBeLessThanOrEqual(5.01e-7);
      expect(Math.abs(ratings[place] - (defined.get(model) ?? 0))).toBeLessThanOrEqual(1e-9);
    }
  });

  test("keeps the sum, and a battle against oneself moves nothing", () => {
    const name = fc.constantFrom("x", "y", "z");
    const row = fc.record({ modelA: name, modelB: name, winner: fc.constantFrom(...winners) });
    fc.assert(
      fc.property(fc.array(row), fc.double({ min: 0.1, max: 64, noNaN: true }), (rows, k) => {
        const battles = battlesOf(rows);
        const mean = onlineElo(battles, { k }).reduce((sum, one) => sum + one - 1000, 0);
        expect(Math.abs(mean)).toBeLessThan(1e-8);
        const apart = rows.filter(({ modelA, modelB }) => modelA !== modelB);
        const without = byDefinition(apart, k);
        const ratings = onlineElo(battles, { k });
        for (const [place, model] of battles.models.entries())
          expect(ratings[place]).toBeCloseTo(without.get(model) ?? 1000, 8);
      }),
    );
  });

  test("takes the scale as points for odds of base to one", () => {
    const battles = battlesOf([{ modelA: "x", modelB: "y", winner: "model_a" }]);
    expect([...onlineElo(battles, { k: 10, initial: 0 })]).toEqual([5, -5]);
    const twice = battlesOf(new Array(2).fill({ modelA: "x", modelB: "y", winner: "model_a" }));
    const [x] = onlineElo(twice, { k: 10, initial: 0, base: 2, scale: 10 });
    expect(x).toBeCloseTo(5 + 10 * (1 - 1 / (1 + 2 ** -1)), 12);
  });
});

describe("bootstrapElo", () => {
  const battles = battlesOf(goldenRows(large));

  test("replays the rows it draws, in the order it draws them", () => {
    const rows = goldenRows(small);
    const sample = battlesOf(rows);
    const drawn = randomStream(5);
    const expected = [1, 2].map(() =>
      onlineElo(battlesOf(rows.map(() => rows[Math.floor(drawn() * rows.length)]))),
    );
    const ratings = bootstrapElo(sample, 2, randomStream(5));
    expect([...ratings]).toEqual(expected.flatMap((one) => [...one]));
  });

  test("lies around the ratings of other orders of the battles", () => {
    const rounds = 200;
    const ratings = bootstrapElo(battles, rounds, randomStream(1));
    const models = battles.models.length;
    const best = battles.models.indexOf("gpt-x");
    let mean = 0;
    for (let round = 0; round < rounds; round++) mean += ratings[round * models + best] / rounds;
    // K = 4 has settled near the exact Bradley–Terry rating after 992 battles
    expect(Math.abs(mean - 1140)).toBeLessThan(15);
  });

  test("of no battles and of no rounds is empty", () => {
    expect(bootstrapElo(battlesOf([]), 3, randomStream(1))).toHaveLength(0);
    expect(bootstrapElo(battles, 0, randomStream(1))).toHaveLength(0);
  });
});
