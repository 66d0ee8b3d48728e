/** @file What the load generator will ask, and when: seeded, and true to its figures. */
import { describe, expect, test } from "vitest";
import { arrivalTimes } from "../../src/bench/arrivals.ts";
import { wordsFor } from "../../src/bench/calibration.ts";
import { conversation } from "../../src/bench/prompts.ts";
import { uniform } from "../../src/fresh/random.ts";

describe("arrivalTimes", () => {
  test("spaces fixed arrivals evenly", () => {
    expect(arrivalTimes(4, 2, "fixed", uniform(1))).toEqual([0, 500, 1000, 1500]);
  });

  test("makes gaps whose mean and spread are those of a Poisson process", () => {
    const times = arrivalTimes(20_001, 4, "poisson", uniform(1));
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(mean).toBeGreaterThan(245);
    expect(mean).toBeLessThan(255);
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1); // exponential: deviation = mean
  });

  test("makes the same arrivals from the same seed", () => {
    const times = (seed: number) => arrivalTimes(50, 4, "poisson", uniform(seed));
    expect(times(7)).toEqual(times(7));
    expect(times(7)).not.toEqual(times(8));
  });
});

describe("conversation", () => {
  const shape = { words: 40, sharedPrefix: 0, turns: 3 };

  test("has one message a turn, the first of the asked length", () => {
    const messages = conversation(uniform, 1, 0, shape);
    expect(messages.map((message) => message.split(" ").length)).toEqual([40, 10, 10]);
  });

  test("is the same for the same seed and index, and another for another", () => {
    expect(conversation(uniform, 1, 5, shape)).toEqual(conversation(uniform, 1, 5, shape));
    expect(conversation(uniform, 1, 5, shape)).not.toEqual(conversation(uniform, 1, 6, shape));
    expect(conversation(uniform, 1, 5, shape)).not.toEqual(conversation(uniform, 2, 5, shape));
  });

  test("begins alike for exactly the shared share", () => {
    const words = (index: number) =>
      conversation(uniform, 1, index, { ...shape, sharedPrefix: 0.5 })[0]?.split(" ") ?? [];
    const [a, b] = [words(1), words(2)];
    const common = a.findIndex((word, i) => word !== b[i]);
    expect(common).toBeGreaterThanOrEqual(20);
    expect(common).toBeLessThan(23);
  });
});

describe("wordsFor", () => {
  test("takes the template's own tokens off", () => {
    // 5 tokens of template, 2 a word: 105 tokens are 50 words.
    const measured = { few: 10, fewTokens: 25, many: 30, manyTokens: 65 };
    expect(wordsFor(105, measured)).toBe(50);
  });

  test("guesses where the server counts nothing", () => {
    expect(wordsFor(100, { few: 10, fewTokens: 0, many: 30, manyTokens: 0 })).toBe(40);
  });
});
