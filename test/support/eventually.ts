/** @file Waiting for what must come true, no longer than it takes. */
import { setTimeout as wait } from "node:timers/promises";

/** @throws {Error} it did not come true in time. */
export async function eventually(
  isTrue: () => boolean | Promise<boolean>,
  withinMs = 3000,
): Promise<number> {
  const startedAt = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - startedAt > withinMs)
      throw new Error(`${isTrue}: not within ${withinMs} ms`);
    await wait(5);
  }
  return performance.now() - startedAt;
}
