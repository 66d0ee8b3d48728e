/** @file What a run must have in common with the one it goes on with: settings, data, model. */
import { UsageError } from "../errors/usage-error.ts";
import type { TrainConfig } from "../protocol/training.ts";
import type { DataSource } from "./training-data.ts";

/** What may differ: where things are and how fast they go, but not what is computed. */
const free: readonly (keyof TrainConfig)[] = [
  "model_path",
  "data",
  "eval_data",
  "output",
  "chat_template",
  "skip_bad",
  "eval_every",
  "save_every",
  "keep_checkpoints",
  "patience",
  "gpu",
  "threads",
  "gradient_checkpointing",
  "transpose",
  "merge",
  "quantize",
];

export type Fingerprint = {
  text: string;
  /** @throws {UsageError} the other run was another; the sentence says in what. */
  requireSame(other: string): void;
};

export function fingerprintOf(
  config: TrainConfig,
  modelDigest: string | null,
  sources: readonly DataSource[],
): Fingerprint {
  const settings = Object.entries(config).filter(([key]) => !free.some((name) => name === key));
  const parts: Record<string, unknown> = {
    ...Object.fromEntries(settings),
    "the model": modelDigest,
    "the data": sources.map(({ sha256, weight }) => [sha256, weight]),
  };
  return {
    text: JSON.stringify(parts),
    requireSame(other) {
      const before: Record<string, unknown> = JSON.parse(other);
      const differing = Object.keys(parts).filter(
        (key) => JSON.stringify(parts[key]) !== JSON.stringify(before[key]),
      );
      if (differing.length === 0) return;
      throw new UsageError(
        `This run cannot go on: ${differing.join(", ")} ${differing.length === 1 ? "is" : "are"} not what it began with.`,
      );
    },
  };
}
