/**
 * @file A training run seen from inside its process: what the parent orders, what it is told, and
 * that nothing outlives it. The outside is `run.ts`.
 */
import { isSystemError } from "../errors/system-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { TrainConfig, TrainMessage, TrainOrder } from "../protocol/training.ts";

/** What a run is given beside its configuration. */
export type TrainTools = {
  resume: boolean;
  /** Sends the parent each record as it is written, phases and notices. */
  tell: (message: TrainMessage) => void;
  /** Aborted when the parent wants a checkpoint and an end. */
  signal: AbortSignal;
};

/**
 * Trains once, when the parent says so, and exits.
 *
 * `train` must let the event loop turn between two steps, or it hears of no stop and of no parent's
 * death. It tells of its own end; a `UsageError` it throws is told as `refused`.
 */
export function serveParent(
  train: (config: TrainConfig, tools: TrainTools) => Promise<unknown>,
): void {
  const stop = new AbortController();
  process.on("SIGINT", () => {}); // where there is no process group of our own
  process.on("disconnect", () => process.exit(1)); // nobody is left to train for
  process.on("message", async (order: TrainOrder) => {
    if (order.order === "stop") return stop.abort();
    const { config, resume } = order;
    await train(config, { resume, tell, signal: stop.signal }).catch(refuse);
    await told; // a native library's threads may keep us alive, and an exit may swallow messages
    process.exit();
  });
}

/** Done when all that was told has left this process. */
let told: Promise<void> = Promise.resolve();

function tell(message: TrainMessage): void {
  if (!process.connected) return;
  told = new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
}

function refuse(error: unknown): void {
  const isTheirs = error instanceof UsageError || isSystemError(error);
  if (!isTheirs) throw error; // our own mistake: stderr says where
  tell({ event: "refused", sentence: error.message });
}
