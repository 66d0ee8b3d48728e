/** @file The learning rate rises to its peak, and falls as it was told. */
import { describe, expect, test } from "vitest";
import { learningRate, type ScheduleOptions } from "../../src/train/schedule.ts";

const options: ScheduleOptions = {
  schedule: "cosine",
  learningRate: 1,
  warmup: 0.1,
  minShare: 0,
  steps: 101,
};
const rates = (changes: Partial<ScheduleOptions> = {}) => {
  const all = { ...options, ...changes };
  return Array.from({ length: all.steps }, (_, step) => learningRate(step, all));
};

describe("learningRate", () => {
  test("rises in equal steps from above zero to the peak", () => {
    const rising = rates().slice(0, 12);
    expect(rising[0]).toBeCloseTo(1 / 12);
    expect(rising[5]).toBeCloseTo(6 / 12);
    expect(rising[11]).toBe(1);
  });

  test("falls along half a cosine, to nothing at the last step", () => {
    const cosine = rates({ warmup: 0 });
    expect(cosine[0]).toBe(1);
    expect(cosine[25]).toBeCloseTo((1 + Math.SQRT1_2) / 2);
    expect(cosine[50]).toBeCloseTo(0.5);
    expect(cosine[100]).toBeCloseTo(0);
  });

  test("falls in a straight line, to the least share", () => {
    const linear = rates({ schedule: "linear", warmup: 0, minShare: 0.2 });
    expect(linear[50]).toBeCloseTo(0.6);
    expect(linear[100]).toBeCloseTo(0.2);
  });

  test("stays where it is", () => {
    expect(rates({ schedule: "constant", warmup: 0 })).toEqual(rates().map(() => 1));
  });

  test.for([1, 2, 3])(
    "is a positive number in a run of %i steps, all of it warm-up or none",
    (steps) => {
      for (const warmup of [0, 1])
        for (const rate of rates({ steps, warmup, minShare: 0.1 })) {
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(1);
        }
    },
  );
});
