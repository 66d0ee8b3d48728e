/** @file The first line of `metrics.jsonl`: all that the run was begun with. */
import { basename } from "node:path";
import { textOf } from "../llama/gguf-value.ts";
import type { TrainStart } from "../protocol/training.ts";
import { version } from "../protocol/version.ts";
import type { Batches } from "./examples/batches.ts";
import type { Run } from "./result/write-results.ts";
import type { DataSource } from "./training-data.ts";

type Lessons = {
  sources: readonly DataSource[];
  steps: Batches;
  skipped: number;
  evaluationCount: number;
};

export function startRecord(
  { config, base, device, trained }: Run,
  { sources, steps, skipped, evaluationCount }: Lessons,
  { modelDigest, learningRate }: { modelDigest: string | null; learningRate: number },
): TrainStart {
  const parameters = base.tensors.reduce(
    (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
  return {
    event: "start",
    time: Date.now() / 1000,
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
      tokens: steps.epoch.tokens,
      supervised_tokens: steps.epoch.supervisedTokens,
      rows: steps.epoch.rows,
    },
    device: device.name,
    threads: device.threads,
    steps: steps.steps,
    learning_rate: learningRate,
  };
}
