import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oddsEvidence } from "../../src/rating/odds-evidence.ts";

const evidenceOf = (wins: number, votes: number, others: [number, number], factor: number) => {
  const evidence = new Float64Array(1);
  const [otherWins, otherVotes] = others;
  oddsEvidence(
    { wins, votes },
    { wins: otherWins, votes: otherVotes },
    [Math.log(factor)],
    evidence,
  );
  return Math.exp(evidence[0]);
};

function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 0; i < k; i++) product *= (n - i) / (i + 1);
  return k < 0 || k > n ? 0 : product;
}

describe("oddsEvidence", () => {
  test("has a mean of 1 over all ways to deal the same votes", () => {
    const table = fc.record({
      own: fc.integer({ min: 1, max: 12 }),
      others: fc.integer({ min: 0, max: 25 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      factor: fc.constantFrom(1 / 20, 1 / 5, 0.9, 5, 20, 1000),
    });
    fc.assert(
      fc.property(table, ({ own, others, share, factor }) => {
        const wins = Math.round(share * (own + others));
        let mean = 0;
        for (let mine = 0; mine <= own; mine++) {
          const ways = choose(own, mine) * choose(others, wins - mine);
          if (ways > 0)
            mean +=
              (ways / choose(own + others, wins)) *
              evidenceOf(mine, own, [wins - mine, others], factor);
        }
        expect(mean).toBeCloseTo(1, 10);
      }),
    );
  });

  test("is the ratio of one vote's chances where there is one vote", () => {
    // of 10 votes on the pair 4 are wins; hers is one: its chance is .4, or 5·.4 / (.6 + 5·.4)
    expect(evidenceOf(1, 1, [3, 9], 5)).toBeCloseTo((5 * 0.4) / (0.6 + 5 * 0.4) / 0.4, 12);
    expect(evidenceOf(0, 1, [4, 9], 5)).toBeCloseTo(1 / (0.6 + 5 * 0.4), 12);
  });

  test("says nothing where there is no history, or where all agree", () => {
    expect(evidenceOf(3, 7, [0, 0], 20)).toBe(1);
    expect(evidenceOf(4, 4, [9, 9], 20)).toBe(1);
    expect(evidenceOf(0, 4, [0, 9], 1 / 20)).toBe(1);
  });

  test("is the same from the other model's side", () => {
    expect(evidenceOf(5, 6, [10, 30], 20)).toBeCloseTo(evidenceOf(1, 6, [20, 30], 1 / 20), 8);
  });

  test("stays finite for thousands of votes", () => {
    const evidence = new Float64Array(2);
    const bends = [Math.log(1 / 20), Math.log(20)];
    oddsEvidence({ wins: 5000, votes: 5000 }, { wins: 10, votes: 100_000 }, bends, evidence);
    expect(evidence[1]).toBeGreaterThan(1000);
    expect(evidence.every(Number.isFinite)).toBe(true);
  });
});
