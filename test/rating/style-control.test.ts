import { describe, expect, test } from "vitest";
import type { Battles } from "../../src/rating/battles.ts";
import { coefficientIntervals, ratingIntervals } from "../../src/rating/intervals.ts";
import { countPairs } from "../../src/rating/pair-table.ts";
import { rateBattles } from "../../src/rating/rate-battles.ts";
import { defaultRatingOptions, type RatingOptions } from "../../src/rating/rating-options.ts";
import { bootstrapStyle } from "../../src/rating/style-bootstrap.ts";
import { styled, styledBattles } from "./golden.ts";

const battles = styledBattles();

const rate = (one: Battles, options: Partial<RatingOptions>) =>
  rateBattles(one, countPairs(one), { ...defaultRatingOptions, ...options }, async (task, rounds) =>
    bootstrapStyle(task, 0, rounds),
  );

async function ratingsOf(options: Partial<RatingOptions>, one = battles) {
  const all = { ...defaultRatingOptions, ...options };
  const estimate = await rate(one, options);
  const { rating, lower, upper } = ratingIntervals(estimate, one.models, all);
  const coefficients = coefficientIntervals(estimate, one.models.length, all);
  const byModel = (column: Float64Array) =>
    Object.fromEntries(one.models.map((model, k) => [model, column[k]]));
  return { rating: byModel(rating), lower: byModel(lower), upper: byModel(upper), coefficients };
}

describe("style control", () => {
  test("is the exact optimum of FastChat's loss, and FastChat's answer as far as that is exact", async () => {
    const anchor = { model: "mixtral-8x7b-instruct-v0.1", rating: 1114 };
    const { rating, coefficients } = await ratingsOf({ style: "fastchat", anchor });
    const { style_control: expected } = styled.expected;
    for (const model of styled.models) {
      expect(
        Math.abs(rating[model] - (expected?.["exact_ratings_reg0.5"][model] ?? 0)),
      ).toBeLessThan(1e-6);
      expect(Math.abs(rating[model] - (expected?.fastchat_ratings[model] ?? 0))).toBeLessThan(5e-3);
    }
    for (const [k, { coefficient }] of coefficients.entries()) {
      expect(Math.abs(coefficient - (expected?.["exact_coefs_reg0.5"][k] ?? 0))).toBeLessThan(1e-6);
      expect(
        Math.abs(coefficient - (expected?.fastchat_coefs_logodds_per_sd[k] ?? 0)),
      ).toBeLessThan(1e-4);
    }
  });

  test.for([false, true])(
    "gives arena-rank's numbers with its penalty (reweighted: %s)",
    async (reweight) => {
      const { rating, lower, upper, coefficients } = await ratingsOf({
        style: "arena-rank",
        reweight,
      });
      const name = `contextual_reweighted_${reweight ? "True" : "False"}_reg1`;
      const theirs = styled.expected.arena_rank_3900eae[name];
      for (const model of styled.models) {
        // Its optimiser stops 3e-3 early; the widths do not depend on that.
        expect(Math.abs(rating[model] - theirs.ratings[model])).toBeLessThan(3e-3);
        const width = upper[model] - lower[model];
        expect(Math.abs(width - (theirs.upper[model] - theirs.lower[model]))).toBeLessThan(1e-3);
      }
      for (const [k, { coefficient }] of coefficients.entries())
        expect(Math.abs(coefficient - (theirs.coeffs?.[k] ?? 0))).toBeLessThan(1e-5);
    },
  );

  test("has bootstrap intervals about as wide as the sandwich's", async () => {
    const sandwich = await ratingsOf({ style: "fastchat" });
    const bootstrap = await ratingsOf({ style: "fastchat", interval: "bootstrap", rounds: 200 });
    for (const model of styled.models) {
      const [one, other] = [bootstrap, sandwich].map(
        ({ upper, lower }) => upper[model] - lower[model],
      );
      expect(one / other).toBeGreaterThan(0.7);
      expect(one / other).toBeLessThan(1.3);
    }
  });

  test("draws the same in one go and in parts", async () => {
    const parts = await rateBattles(
      battles,
      countPairs(battles),
      { ...defaultRatingOptions, style: "fastchat", interval: "bootstrap", rounds: 4 },
      async (task) => Float64Array.of(...bootstrapStyle(task, 0, 1), ...bootstrapStyle(task, 1, 4)),
    );
    const whole = await rate(battles, { style: "fastchat", interval: "bootstrap", rounds: 4 });
    expect(parts).toEqual(whole);
  });

  test("gives a feature that never differs no weight", async () => {
    const flat = {
      ...battles,
      style: battles.style.map((value, at) => (at % 4 === 3 ? 7 : value)),
    };
    const { coefficients } = await ratingsOf({ style: "fastchat" }, flat);
    expect(coefficients[3]).toEqual({ coefficient: 0, lower: null, upper: null });
    expect(coefficients[0].coefficient).toBeGreaterThan(0.15);
  });

  test("leaves out battles whose style is unknown, and says when there is none", async () => {
    const half = battles.style.map((value, at) =>
      at < battles.style.length / 2 ? Number.NaN : value,
    );
    const { rating } = await ratingsOf({ style: "fastchat" }, { ...battles, style: half });
    expect(rating["gpt-x"]).toBeGreaterThan(1080);
    const none = { ...battles, style: battles.style.map(() => Number.NaN) };
    await expect(rate(none, { style: "fastchat" })).rejects.toThrow(
      /No battle tells how its answers look/,
    );
  });

  test("shares the weight between two features that are one", async () => {
    const features = ["length", "size"];
    const style = Float32Array.from({ length: battles.length * 4 }, (_, at) => {
      const [row, side] = [Math.floor(at / 4), Math.floor((at % 4) / 2)];
      return battles.style[row * 8 + side * 4];
    });
    const doubled = { ...battles, features, style };
    const { coefficients } = await ratingsOf({ style: "fastchat" }, doubled);
    expect(coefficients[0].coefficient).toBeCloseTo(coefficients[1].coefficient, 9);
  });
});
