/** @file Ctrl-C during long work: asked once it stops in good order, asked twice at once. */

/** What was asked to stop has stopped; the process exits with 130, as shells expect of Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

export type Interruption = {
  /** SIGINT, SIGTERM or SIGHUP came. */
  stop: AbortSignal;
  /** Another one came. */
  kill: AbortSignal;
  /** Signals end the process again, as they usually do. */
  release: () => void;
};

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** @param onStop Called at the first signal. */
export function catchInterruption(onStop: () => void): Interruption {
  const [stop, kill] = [new AbortController(), new AbortController()];
  const onSignal = () => {
    if (stop.signal.aborted) return kill.abort();
    onStop();
    stop.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    stop: stop.signal,
    kill: kill.signal,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
