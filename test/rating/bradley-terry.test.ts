import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { winners } from "../../src/protocol/battle.ts";
import { fitBradleyTerry, logLikelihood } from "../../src/rating/bradley-terry.ts";
import { placeModels } from "../../src/rating/connectivity.ts";
import { toOutcomes } from "../../src/rating/pair-outcomes.ts";
import { countPairs, type PairCounts, PairTable } from "../../src/rating/pair-table.ts";
import { randomStream } from "../../src/rating/random.ts";
import { toRating } from "../../src/rating/rating-scale.ts";
import { battlesOf } from "./battles-of.ts";
import { generateBattles, golden, small, styled, tableOf } from "./golden.ts";

const fitted = (counts: PairCounts, start?: Float64Array) =>
  fitBradleyTerry(toOutcomes(counts, "half", false), start);

function table(models: number, battles: readonly (readonly number[])[]): PairTable {
  const made = new PairTable(models);
  for (const [a, b, outcome] of battles) made.add(a, b, outcome);
  return made;
}

/** Battles of up to eight models, most of them able to be rated. */
const someBattles = fc.array(
  fc
    .tuple(fc.nat(7), fc.nat(6), fc.nat(3))
    .map(([a, b, outcome]) => [a, b >= a ? b + 1 : b, outcome]),
  { minLength: 1, maxLength: 200 },
);

describe("fitBradleyTerry", () => {
  test.for([small, styled])("is the exact maximum of $name", (set) => {
    const { strengths } = fitted(tableOf(set));
    for (const [model, name] of set.models.entries()) {
      const exact = set.expected.bt_exact_unanchored_mean1000[name];
      expect(Math.abs(toRating(strengths[model]) - exact)).toBeLessThan(1e-6);
      const theta = set.expected.bt_exact_theta_natural[name];
      expect(Math.abs(strengths[model] - theta)).toBeLessThan(1e-11);
    }
  });

  test.for([small, styled])("is FastChat's answer of $name, as far as that is exact", (set) => {
    const { strengths } = fitted(tableOf(set));
    const anchor = set.models.indexOf("mixtral-8x7b-instruct-v0.1");
    const shift = anchor === -1 ? 0 : 1114 - toRating(strengths[anchor]);
    for (const [model, name] of set.models.entries()) {
      const theirs = set.expected.fastchat_compute_bt[name];
      expect(Math.abs(toRating(strengths[model]) + shift - theirs)).toBeLessThan(1e-3);
    }
  });

  test("reaches the likelihood that was published with it", () => {
    const outcomes = toOutcomes(tableOf(styled), "half", false);
    const { strengths } = fitBradleyTerry(outcomes);
    const expected = -styled.expected.neg_log_likelihood_at_exact;
    expect(logLikelihood(outcomes, strengths)).toBeCloseTo(expected, 8);
  });

  test("agrees with arena-rank when pairs are reweighted", () => {
    const { strengths } = fitBradleyTerry(toOutcomes(tableOf(styled), "half", true));
    const { ratings } = styled.expected.arena_rank_3900eae.bradley_terry_reweighted_True;
    for (const [model, name] of styled.models.entries())
      expect(Math.abs(toRating(strengths[model]) - ratings[name])).toBeLessThan(1e-3);
  });

  test("has a gradient of nothing at a hundred models and 100 000 battles", () => {
    const outcomes = toOutcomes(
      table(100, generateBattles(100, 100_000, randomStream(1))).counts(),
      "half",
      false,
    );
    const { strengths } = fitBradleyTerry(outcomes);
    const gradient = new Float64Array(100);
    for (const [pair, i] of outcomes.i.entries()) {
      const j = outcomes.j[pair];
      const [won, lost, drawn] = [outcomes.wins[pair], outcomes.losses[pair], outcomes.draws[pair]];
      const p = 1 / (1 + Math.exp(strengths[j] - strengths[i]));
      const slope = won + drawn / 2 - (won + lost + drawn) * p;
      gradient[i] += slope;
      gradient[j] -= slope;
    }
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-7);
  });

  test("does not ask in which order battles came, or which seat was whose", () => {
    fc.assert(
      fc.property(someBattles, fc.infiniteStream(fc.nat()), (battles, shuffle) => {
        const keyed = battles.map((one) => ({ one, key: shuffle.next().value }));
        const shuffled = keyed.sort((x, y) => x.key - y.key).map(({ one }) => one);
        const turned = shuffled.map(([a, b, outcome]) =>
          shuffle.next().value % 2 ? [b, a, outcome < 2 ? 1 - outcome : outcome] : [a, b, outcome],
        );
        expect(fitted(table(8, turned).counts())).toEqual(fitted(table(8, battles).counts()));
      }),
    );
  });

  test("does not ask what the models are called", () => {
    const names = ["ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen"];
    const rename = new Map(names.map((name, i) => [name, `${(i * 5) % 8}`]));
    fc.assert(
      fc.property(someBattles, (battles) => {
        const rows = battles.map(([a, b, outcome]) => ({
          modelA: names[a],
          modelB: names[b],
          winner: winners[outcome],
        }));
        const renamed = rows.map((row) => ({
          ...row,
          modelA: rename.get(row.modelA) ?? "",
          modelB: rename.get(row.modelB) ?? "",
        }));
        const [one, other] = [battlesOf(rows), battlesOf(renamed)];
        const [before, after] = [fitted(countPairs(one)), fitted(countPairs(other))];
        for (const [model, name] of one.models.entries()) {
          const now = after.strengths[other.models.indexOf(rename.get(name) ?? "")];
          if (Number.isFinite(now)) expect(before.strengths[model]).toBeCloseTo(now, 9);
          else expect(before.strengths[model]).toBe(now);
        }
      }),
    );
  });

  test("follows a vote from where it stood as if all were fitted anew", () => {
    fc.assert(
      fc.property(someBattles, ([...battles]) => {
        const growing = table(8, battles.slice(0, -1));
        const before = fitted(growing.counts());
        const [a, b, outcome] = battles.at(-1) ?? [0, 1, 0];
        growing.add(a, b, outcome);
        const followed = fitted(growing.counts(), before.strengths);
        const anew = fitted(table(8, battles).counts());
        expect(followed.places).toEqual(anew.places);
        for (const model of anew.rated)
          expect(followed.strengths[model]).toBeCloseTo(anew.strengths[model], 9);
      }),
    );
  });
});

describe("what cannot be rated", () => {
  const rate = (name: string) => {
    const { battles } = golden.degenerate.find((one) => one.name === name) ?? { battles: [] };
    const rows = battles.filter(([a, b, winner]) => a !== b && winners.includes(winner as "tie"));
    const made = battlesOf(
      rows.map(([modelA, modelB, winner]) => ({ modelA, modelB, winner: winner as "tie" })),
    );
    const { strengths, places } = fitted(countPairs(made));
    return Object.fromEntries(
      made.models.map((model, i) => [
        model,
        places[i] === "rated" ? toRating(strengths[i]) : places[i],
      ]),
    );
  };

  test("a model that only won stands above, and the others are rated without it", () => {
    expect(rate("all_wins")).toEqual({ A: "above", B: 1000, C: 1000 });
  });

  test("of two groups that never met, one is rated and the other stands apart", () => {
    expect(rate("disconnected")).toMatchObject({
      A: "apart",
      B: "apart",
      C: expect.closeTo(1060.205994, 4),
    });
  });

  test("nothing but victories rates nobody", () => {
    const battles = [
      [0, 1, 0],
      [1, 2, 0],
    ];
    expect(fitted(table(3, battles).counts()).places).toEqual(["above", "apart", "below"]);
  });

  test("no battle at all, no model at all: no rating, no failure", () => {
    expect(fitted(new PairTable(2).counts()).places).toEqual(["apart", "apart"]);
    expect(fitted(new PairTable(0).counts()).rated).toHaveLength(0);
  });

  test("a single tie among a thousand wins is far away, and finite", () => {
    const lopsided = new PairTable(2);
    lopsided.add(0, 1, 0, 1000);
    lopsided.add(0, 1, 2);
    const { strengths } = fitted(lopsided.counts());
    expect(strengths[0] - strengths[1]).toBeCloseTo(Math.log(1000.5 / 0.5), 9);
  });

  test("ten thousand models in a ring are searched without overflowing the stack", () => {
    const ring = new PairTable(10_000);
    for (let model = 0; model < 10_000; model++) ring.add(model, (model + 1) % 10_000, 0);
    const places = placeModels(toOutcomes(ring.counts(), "half", false));
    expect(places.every((place) => place === "rated")).toBe(true);
  });
});
