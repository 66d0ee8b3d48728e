/**
 * @file A connection that is meant to stand for ever: when it is lost it is made again within a
 * second, a little at random, so that a restarted server is not met by everybody at once.
 */
import { setTimeout as wait } from "node:timers/promises";

export type ConnectionState =
  /** Null: a controller of FastChat's, which has none. */
  { connected: true; epoch: number | null } | { connected: false; reason: string };

export type Connection = { close(): Promise<void> };

/** Between two attempts, ms: early enough that a restarted controller is repopulated in 3 s. */
const shortestPauseMs = 200;
const longestPauseMs = 900;

/**
 * Calls `connect` again and again; it returns or throws when the connection is lost.
 *
 * @param onState Told of each change, and of each new reason for being without connection.
 */
export function keepConnected(
  connect: (signal: AbortSignal, opened: (epoch: number | null) => void) => Promise<void>,
  onState: (state: ConnectionState) => void = () => {},
): Connection {
  const leaving = new AbortController();
  const report = changesOnly(onState);
  const done = connectForever(connect, leaving.signal, report);
  return {
    close: async () => {
      leaving.abort();
      await done;
    },
  };
}

async function connectForever(
  connect: (signal: AbortSignal, opened: (epoch: number | null) => void) => Promise<void>,
  leaving: AbortSignal,
  report: (state: ConnectionState) => void,
): Promise<void> {
  while (!leaving.aborted) {
    const reason = await attempt(connect, leaving, report);
    if (leaving.aborted) return;
    report({ connected: false, reason });
    const pauseMs = shortestPauseMs + Math.random() * (longestPauseMs - shortestPauseMs);
    await wait(pauseMs, undefined, { signal: leaving }).catch(() => {});
  }
}

/** Why it ended. One abort controller per attempt: listeners must not pile up on a lasting one. */
async function attempt(
  connect: (signal: AbortSignal, opened: (epoch: number | null) => void) => Promise<void>,
  leaving: AbortSignal,
  report: (state: ConnectionState) => void,
): Promise<string> {
  const own = new AbortController();
  const onLeave = () => own.abort();
  leaving.addEventListener("abort", onLeave);
  try {
    await connect(own.signal, (epoch) => report({ connected: true, epoch }));
    return "the connection was closed";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    own.abort();
    leaving.removeEventListener("abort", onLeave);
  }
}

function changesOnly(onState: (state: ConnectionState) => void) {
  let last = "";
  return (state: ConnectionState) => {
    const now = JSON.stringify(state);
    if (now !== last) onState(state);
    last = now;
  };
}
