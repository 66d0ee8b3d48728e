import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { bootstrapStrengths } from "../../src/rating/bootstrap.ts";
import { fitBradleyTerry } from "../../src/rating/bradley-terry.ts";
import { type Estimate, widenCovariance } from "../../src/rating/estimate.ts";
import { ratingIntervals } from "../../src/rating/intervals.ts";
import { toOutcomes } from "../../src/rating/pair-outcomes.ts";
import { type PairCounts, PairTable } from "../../src/rating/pair-table.ts";
import { randomStream } from "../../src/rating/random.ts";
import { defaultRatingOptions, type RatingOptions } from "../../src/rating/rating-options.ts";
import { pointsPerUnit, toRating } from "../../src/rating/rating-scale.ts";
import { sandwichCovariance } from "../../src/rating/sandwich.ts";
import { type GoldenSet, small, styled, tableOf } from "./golden.ts";

const mixtral = { model: "mixtral-8x7b-instruct-v0.1", rating: 1114 };

function bySandwich(counts: PairCounts, { ridge = 0, reweight = false } = {}): Estimate {
  const outcomes = toOutcomes(counts, "half", reweight);
  const fit = fitBradleyTerry(outcomes);
  const covariance = sandwichCovariance(outcomes, fit, ridge);
  return {
    parameters: fit.strengths,
    places: fit.places,
    spread: { covariance: widenCovariance(covariance, fit.rated, counts.models) },
  };
}

const intervalsOf = (estimate: Estimate, models: string[], options: Partial<RatingOptions> = {}) =>
  ratingIntervals(estimate, models, { ...defaultRatingOptions, ...options });

/** Each of FastChat's stored multinomial draws, rated on its own. */
function byStoredDraws(set: GoldenSet): Estimate {
  const { bootstrap } = set.expected;
  const rows = bootstrap["unique_outcomes_[a,b,outcome,count]"];
  const outcomeOf = (score: number) => (score === 1 ? 0 : score === 0 ? 1 : 2);
  const rounds = bootstrap.multinomial_counts_per_round.flatMap((counts) => {
    const table = new PairTable(set.models.length);
    for (const [row, [a, b, score]] of rows.entries())
      table.add(a, b, outcomeOf(score), counts[row]);
    return [...fitBradleyTerry(toOutcomes(table.counts(), "half", false)).strengths];
  });
  const { strengths, places } = fitBradleyTerry(toOutcomes(tableOf(set), "half", false));
  return { parameters: strengths, places, spread: { rounds: Float64Array.from(rounds) } };
}

describe("the sandwich", () => {
  test.for([small, styled])("has the standard errors of the references for $name", (set) => {
    const counts = tableOf(set);
    const standardErrors = (covariance: Float64Array) =>
      set.models.map((_, k) => pointsPerUnit * Math.sqrt(covariance[k * (set.models.length + 1)]));
    const outcomes = toOutcomes(counts, "half", false);
    const fit = fitBradleyTerry(outcomes);
    const exact = standardErrors(sandwichCovariance(outcomes, fit));
    const ridged = standardErrors(sandwichCovariance(outcomes, fit, 1e-5 * set.battles.length));
    for (const [k, model] of set.models.entries()) {
      expect(Math.abs(exact[k] - set.expected.sandwich_pinv_sumzero_se[model])).toBeLessThan(1e-5);
      expect(Math.abs(ridged[k] - set.expected.sandwich_unweighted_numpy.se[model])).toBeLessThan(
        1e-5,
      );
    }
  });

  test.for([false, true])(
    "gives arena-rank's intervals with its ridge (reweighted: %s)",
    (reweight) => {
      for (const set of [small, styled]) {
        const ridge = reweight ? 1e-5 : 1e-5 * set.battles.length;
        const { lower, upper } = intervalsOf(
          bySandwich(tableOf(set), { ridge, reweight }),
          set.models,
        );
        const name = `bradley_terry_reweighted_${reweight ? "True" : "False"}`;
        const theirs = set.expected.arena_rank_3900eae[name];
        for (const [k, model] of set.models.entries()) {
          expect(Math.abs(lower[k] - theirs.lower[model])).toBeLessThan(1e-3);
          expect(Math.abs(upper[k] - theirs.upper[model])).toBeLessThan(1e-3);
        }
      }
    },
  );

  test.for([small, styled])("makes room for all intervals at once in $name", (set) => {
    const found = intervalsOf(bySandwich(tableOf(set)), set.models, { simultaneous: true });
    for (const [k, model] of set.models.entries()) {
      const half = (found.upper[k] - found.lower[k]) / 2;
      const theirs = set.expected.simultaneous_chi2_halfwidth[model];
      // Theirs has arena-rank's ridge, ours the exact null space: 0.01 in 100.
      expect(Math.abs(half / theirs - 1)).toBeLessThan(3e-4);
    }
  });

  test("with the anchor inside has no width there, and more elsewhere", () => {
    const estimate = bySandwich(tableOf(styled));
    const after = intervalsOf(estimate, styled.models, { anchor: mixtral });
    const inside = intervalsOf(estimate, styled.models, { anchor: mixtral, anchorInside: true });
    const at = styled.models.indexOf(mixtral.model);
    expect([inside.lower[at], inside.rating[at], inside.upper[at]]).toEqual([1114, 1114, 1114]);
    expect(after.rating[at]).toBe(1114);
    expect(after.upper[at]).toBeGreaterThan(1120);
    expect(inside.rating).toEqual(after.rating);
    for (const k of styled.models.keys())
      if (k !== at) expect(inside.upper[k]).toBeGreaterThan(after.upper[k]);
  });

  test("has no ends where nothing but ties says nothing of how far it may be off", () => {
    const table = new PairTable(2);
    table.add(0, 1, 2, 9);
    const { rating, lower, upper } = intervalsOf(bySandwich(table.counts()), ["a", "b"]);
    expect([...rating]).toEqual([1000, 1000]);
    expect([lower[0], upper[1]]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  test("covers the truth as often as it says", () => {
    const truth = [1.2, 0.7, 0.4, 0.1, 0, -0.2, -0.4, -0.5, -0.6, -0.7];
    const [replications, battles] = [400, 1500];
    const random = randomStream(11);
    let covered = 0;
    for (let replication = 0; replication < replications; replication++) {
      const table = new PairTable(truth.length);
      for (let battle = 0; battle < battles; battle++) {
        const a = Math.floor(random() * truth.length);
        const other = Math.floor(random() * (truth.length - 1));
        const b = other >= a ? other + 1 : other;
        table.add(a, b, random() < 1 / (1 + Math.exp(truth[b] - truth[a])) ? 0 : 1);
      }
      const { lower, upper } = intervalsOf(bySandwich(table.counts()), truth.map(String));
      covered += truth.filter(
        (one, k) => lower[k] <= toRating(one) && toRating(one) <= upper[k],
      ).length;
    }
    const share = covered / (replications * truth.length);
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.97);
  });
});

describe("the bootstrap", () => {
  test.for([small, styled])("has FastChat's quantiles from FastChat's draws of $name", (set) => {
    const anchor = set.models.includes(mixtral.model) ? mixtral : null;
    const options = { interval: "bootstrap", anchor, anchorInside: true } as const;
    const { lower, upper } = intervalsOf(byStoredDraws(set), set.models, options);
    const { exact_per_round: exact, fastchat } = set.expected.bootstrap;
    for (const [k, model] of set.models.entries()) {
      expect(Math.abs(lower[k] - exact.q025[model])).toBeLessThan(5.01e-7); // printed to 6 places
      expect(Math.abs(upper[k] - exact.q975[model])).toBeLessThan(5.01e-7);
      expect(Math.abs(lower[k] - fastchat.q025[model])).toBeLessThan(1e-3);
      expect(Math.abs(upper[k] - fastchat.q975[model])).toBeLessThan(1e-3);
    }
  });

  test("of our own draws spreads as the sandwich says", () => {
    const outcomes = toOutcomes(tableOf(styled), "half", false);
    const fit = fitBradleyTerry(outcomes);
    const rounds = 1000;
    const drawn = bootstrapStrengths(outcomes, fit, rounds, (round) => randomStream(3, round));
    const covariance = sandwichCovariance(outcomes, fit);
    const n = outcomes.models;
    for (let model = 0; model < n; model++) {
      let squares = 0;
      for (let round = 0; round < rounds; round++)
        squares += (drawn[round * n + model] - fit.strengths[model]) ** 2;
      expect(Math.sqrt(squares / rounds / covariance[model * (n + 1)])).toBeCloseTo(1, 0.9);
    }
  });

  test("says that an interval has no end where rounds find no finite strength", () => {
    const table = new PairTable(3);
    table.add(0, 1, 0, 30);
    table.add(0, 1, 1, 1); // a third of the rounds draw without this one: 0 then never lost
    table.add(1, 2, 0, 20);
    table.add(1, 2, 1, 20);
    const outcomes = toOutcomes(table.counts(), "half", false);
    const { strengths, places, ...rest } = fitBradleyTerry(outcomes);
    const rounds = bootstrapStrengths(outcomes, { strengths, places, ...rest }, 200, (round) =>
      randomStream(1, round),
    );
    const estimate = { parameters: strengths, places, spread: { rounds } };
    const { rating, lower, upper } = intervalsOf(estimate, ["a", "b", "c"], {
      interval: "bootstrap",
    });
    expect(rating[0]).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(lower[0]).toBeGreaterThan(1000);
    expect(upper[0]).toBe(Number.POSITIVE_INFINITY);
    expect(upper[1]).toBeLessThan(2000);
  });
});

describe("an anchor", () => {
  test("that no battle names is refused in a sentence", () => {
    const anchor = { model: "gpt-4", rating: 1200 };
    expect(() => intervalsOf(bySandwich(tableOf(small)), small.models, { anchor })).toThrow(
      new UsageError("The anchor 'gpt-4' is in no battle that counts."),
    );
  });
});
