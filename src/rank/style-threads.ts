/** @file Spreads the rounds of a style bootstrap over threads: same draws, same numbers, sooner. */
import { once } from "node:events";
import { siblingThread } from "../llama/sibling-module.ts";
import type { StyleRounds } from "../rating/rate-with-style.ts";
import { bootstrapStyle, type StyleTask } from "../rating/style-bootstrap.ts";

export type ThreadTask = { task: StyleTask; from: number; to: number };

/** Below so many rows times rounds, starting threads takes longer than the work. */
const worthThreads = 1_000_000;

export const styleRoundsOn =
  (threads: number): StyleRounds =>
  async (task, rounds) => {
    const used = Math.min(threads, rounds);
    if (used < 2 || task.data.score.length * rounds < worthThreads)
      return bootstrapStyle(task, 0, rounds);
    const shared = { ...task, data: shareColumns(task.data) };
    const bound = (part: number) => Math.round((rounds * part) / used);
    const parts = await Promise.all(
      Array.from({ length: used }, (_, part) =>
        runThread({ task: shared, from: bound(part), to: bound(part + 1) }),
      ),
    );
    return joined(parts);
  };

async function runThread(workerData: ThreadTask): Promise<Float64Array> {
  const thread = siblingThread(import.meta.url, "./style-thread", { workerData });
  const [rounds] = (await once(thread, "message")) as [Float64Array]; // rejects on "error"
  await thread.terminate();
  return rounds;
}

/** Moves the columns to memory that all threads see, or each would get a copy. */
function shareColumns(data: StyleTask["data"]): StyleTask["data"] {
  const share = (column: Float64Array) => {
    const copy = new Float64Array(new SharedArrayBuffer(column.byteLength));
    copy.set(column);
    return copy;
  };
  return { ...data, score: share(data.score), z: share(data.z) };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
