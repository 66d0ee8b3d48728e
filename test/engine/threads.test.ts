import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { freeThreads } from "../../src/engine/threads.ts";

describe("freeThreads", () => {
  test("is between one and the cores there are", async () => {
    const threads = await freeThreads();
    expect(threads).toBeGreaterThanOrEqual(1);
    expect(threads).toBeLessThanOrEqual(availableParallelism());
  });

  test("does not take its own work for somebody else's", async () => {
    const idle = [await freeThreads(), await freeThreads(), await freeThreads()];
    const until = performance.now() + 300;
    const spin = (): void => {
      for (const pause = performance.now() + 5; performance.now() < pause; );
      if (performance.now() < until) setImmediate(spin);
    };
    spin();
    const busy = [await freeThreads(), await freeThreads(), await freeThreads()];
    // Others may come and go on this machine: the best of ours against the worst of theirs.
    expect(Math.max(...busy)).toBeGreaterThanOrEqual(Math.min(...idle));
  });
});
