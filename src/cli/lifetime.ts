/** @file How a server command lives: ready line, signals, draining, and the loss of its parent. */
import type { RunningServer } from "../http/serve.ts";

/** Running requests get this long after the first signal. */
const drainMs = 30_000;
/** Nobody watches an orphan: it must be gone within 5 s. */
const orphanDrainMs = 4000;

/** What a child tells the supervisor over its IPC channel. */
export type ChildMessage = { type: "ready"; url: string } | { type: "refused"; message: string };

export function tellParent(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

/**
 * Starts a server, prints its one ready line, and drains it when it is asked to stop.
 *
 * Stops on SIGTERM and SIGINT, and when the parent that spawned it with an IPC channel vanishes,
 * SIGKILL included. A second signal exits at once, with 1.
 */
export async function serveUntilStopped(
  name: string,
  start: () => Promise<RunningServer>,
): Promise<void> {
  const stop = stopRequest();
  const server = await Promise.race([start(), stop.then(() => undefined)]);
  if (!server) return;
  console.log(`${name} ready at ${server.url}`);
  tellParent({ type: "ready", url: server.url });
  await server.close(await stop);
}

/** Waits for a reason to stop; how long to drain, in ms. */
export function stopRequest(): Promise<number> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = () => {
      if (asked) process.exit(1);
      asked = true;
      resolve(drainMs);
    };
    process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
    if (process.connected) process.once("disconnect", () => leave(resolve));
  });
}

function leave(resolve: (graceMs: number) => void): void {
  resolve(orphanDrainMs);
  setTimeout(() => process.exit(1), orphanDrainMs + 500).unref();
}
