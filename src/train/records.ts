/** @file The lines of `metrics.jsonl` that begin a run, go on with one, and end it. */
import { basename, relative } from "node:path";
import { textOf } from "../llama/gguf-value.ts";
import type { TrainEnd, TrainRecord, TrainStart } from "../protocol/training.ts";
import { version } from "../protocol/version.ts";
import type { RunState } from "./checkpoint.ts";
import type { Batches } from "./examples/batches.ts";
import type { Run } from "./result/write-results.ts";
import type { DataSource } from "./training-data.ts";

type Lessons = {
  sources: readonly DataSource[];
  batches: Batches;
  skipped: number;
  evaluationCount: number;
};

export function startRecord(
  { config, base, device, trained }: Run,
  { sources, batches, skipped, evaluationCount }: Lessons,
  { modelDigest, learningRate }: { modelDigest: string | null; learningRate: number },
): TrainStart {
  const parameters = base.tensors.reduce(
    (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
  return {
    event: "start",
    time: now(),
    version: version(),
    config,
    model: {
      name: config.init?.name ?? textOf(base.metadata, "general.name") ?? basename(base.path),
      architecture: textOf(base.metadata, "general.architecture") ?? "",
      sha256: modelDigest,
      parameters,
      trainable_parameters: trained.parameters.count,
    },
    data: {
      files: sources.map(({ path, sha256, weight, conversations }) => ({
        path,
        sha256,
        weight,
        conversations,
      })),
      conversations: sources.reduce((sum, { conversations }) => sum + conversations, 0),
      skipped,
      eval_conversations: evaluationCount,
      tokens: batches.epoch.tokens,
      supervised_tokens: batches.epoch.supervisedTokens,
      rows: batches.epoch.rows,
    },
    device: device.name,
    threads: device.threads,
    steps: batches.steps,
    learning_rate: learningRate,
  };
}

export function resumeRecord(
  output: string,
  { state, path }: { state: RunState; path: string },
): TrainRecord {
  const { step } = state;
  return { event: "resume", time: now(), step, checkpoint: relative(output, path) };
}

export function endRecord(end: Pick<TrainEnd, "reason" | "step" | "outputs">): TrainEnd {
  const peak_memory_bytes = process.resourceUsage().maxRSS * 1024;
  return { event: "end", time: now(), ...end, peak_memory_bytes };
}

/** Unix time, s. */
const now = () => Date.now() / 1000;
