/** @file The waits between restarts, on a clock of our own. */
import { describe, expect, test } from "vitest";
import { RestartPolicy, restartLimits } from "../../src/cli/restart-policy.ts";

describe("RestartPolicy", () => {
  test("waits twice as long each time and gives up at the fifth death within a minute", () => {
    const policy = new RestartPolicy(restartLimits);
    const waits = [0, 1100, 3200, 7300, 15_400].map((now) => policy.died(now));
    expect(waits).toEqual([1000, 2000, 4000, 8000, null]);
  });

  test("never waits longer than 30 s for what dies slowly", () => {
    const policy = new RestartPolicy(restartLimits);
    const waits = Array.from({ length: 7 }, (_, i) => policy.died(i * 40_000));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test("begins anew after a long life", () => {
    const policy = new RestartPolicy(restartLimits);
    policy.died(0);
    policy.died(2000);
    expect(policy.died(600_000)).toBe(1000);
  });
});
