/** @file Workers on paper, for what decides among them. */
import type { Load, ServedModel, WorkerState } from "../../src/protocol/registry.ts";
import { echoModel, idle } from "./echo-worker.ts";

export function workerState(
  id: string,
  load: Partial<Load> = {},
  rest: Partial<Omit<WorkerState, "model">> & { model?: Partial<ServedModel> } = {},
): WorkerState {
  return {
    worker_id: id,
    address: `http://${id}:1`,
    speed: 1,
    draining: false,
    ...rest,
    load: { ...idle, ...load },
    model: echoModel(rest.model),
  };
}

/** Numbers in [0, 1) that look random and are the same each time (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
