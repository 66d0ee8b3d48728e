/** @file How a server command lives: ready line, signals, draining, and the loss of its parent. */
import type { RunningServer } from "../http/serve.ts";
import { listening } from "./listening.ts";

/** Running requests get this long after the first signal. */
const drainMs = 30_000;
/** Nobody watches an orphan: it must be gone within 5 s. */
const orphanDrainMs = 4000;
/** What is drained may take this long to write and free what it holds. */
const closingMs = 30_000;

/** What a child tells the supervisor over its IPC channel. */
export type ChildMessage = { type: "ready"; url: string } | { type: "refused"; message: string };

/** Set for the children of our supervisor, which says for them what there is to say. */
export const supervisedVariable = "FASTCHAT_SUPERVISED";

/** Not so below any other program that gives its children a channel. */
export function isSupervised(): boolean {
  return process.connected && process.env[supervisedVariable] !== undefined;
}

export function tellParent(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

/**
 * Starts a server, prints its one ready line, and drains it when it is asked to stop.
 *
 * Stops on SIGTERM and SIGINT, and when the parent that spawned it with an IPC channel vanishes,
 * SIGKILL included. Until it is ready, and once it drains, a signal ends it at once.
 */
export async function serveUntilStopped(
  name: string,
  start: () => Promise<RunningServer>,
): Promise<void> {
  // Signals are left to the system here: a load may hang in a call that no JavaScript interrupts.
  process.once("disconnect", endNow);
  const server = await listening({ host: "--host", port: "--port" }, start);
  process.off("disconnect", endNow);
  const stop = stopRequest({ openRequests: () => server.openRequests() });
  console.log(`${name} ready at ${server.url}`);
  tellParent({ type: "ready", url: server.url });
  const graceMs = await stop;
  setTimeout(endNow, graceMs + closingMs).unref();
  await server.close(graceMs);
}

const signals = ["SIGTERM", "SIGINT"] as const;

type StopWatch = {
  /** Called before a second signal ends the process. */
  onSecond?: () => void;
  /** How many are waited for; undefined where nobody knows yet. */
  openRequests: () => number | undefined;
};

/**
 * Waits for a reason to stop; how long to drain, in ms. A second signal ends the process at once.
 */
export function stopRequest({ onSecond, openRequests }: StopWatch): Promise<number> {
  return new Promise((resolve) => {
    const onSignal = () => {
      if (!isSupervised()) console.error(stopWords(openRequests()));
      for (const signal of signals) process.off(signal, onSignal); // the next is the system's
      if (onSecond) endOnSignal(onSecond);
      resolve(drainMs);
    };
    for (const signal of signals) process.on(signal, onSignal);
    if (process.connected) process.once("disconnect", () => leave(resolve));
  });
}

/** What a first signal is answered with. */
export function stopWords(open: number | undefined): string {
  const seconds = drainMs / 1000;
  const running = open === 1 ? "1 request still runs" : `${open} requests still run`;
  const what =
    open === undefined || open === 0 ? "stopping" : `stopping: ${running}, up to ${seconds} s`;
  return `${what}; Ctrl-C again ends it now`;
}

function endOnSignal(before: () => void): void {
  for (const signal of signals)
    process.once(signal, () => {
      before();
      endNow();
    });
}

function leave(resolve: (graceMs: number) => void): void {
  resolve(orphanDrainMs);
  setTimeout(endNow, orphanDrainMs + 500).unref();
}

/** `process.exit` would wait for a thread that hangs in a native call. */
function endNow(): void {
  process.kill(process.pid, "SIGKILL");
}
