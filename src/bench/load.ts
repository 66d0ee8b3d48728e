/** @file Keeps a server busy: a fixed number of clients, each waiting for its answer, or a schedule. */
import { setTimeout as sleep } from "node:timers/promises";

/** When a load ends: after so many conversations, or when its time is up. */
export type Limit = { conversations: number; durationMs: number };

/** `clients` conversations at a time; the next begins when one ends. */
export async function closedLoop(
  clients: number,
  { conversations, durationMs }: Limit,
  run: (index: number) => Promise<void>,
): Promise<void> {
  const end = performance.now() + durationMs;
  let next = 0;
  const client = async () => {
    while (next < conversations && performance.now() < end) await run(next++);
  };
  await Promise.all(Array.from({ length: Math.min(clients, conversations) }, client));
}

/** Each conversation begins at its time, however many are still running. */
export async function openLoop(
  times: readonly number[],
  run: (index: number) => Promise<void>,
): Promise<void> {
  const start = performance.now();
  const begin = async (time: number, index: number) => {
    await sleep(Math.max(0, start + time - performance.now()));
    await run(index);
  };
  await Promise.all(times.map(begin));
}
