/** @file What a run must have in common with the one it goes on with: settings, data, model. */
import { createHash } from "node:crypto";
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

export type LearnedFrom = {
  /** SHA-256 of the base model; null for a new one. */
  modelDigest: string | null;
  sources: readonly Pick<DataSource, "sha256" | "weight">[];
  /** Its text, where it is not the model's own. */
  chatTemplate: string | null;
};

export function fingerprintOf(
  config: TrainConfig,
  { modelDigest, sources, chatTemplate }: LearnedFrom,
): Fingerprint {
  const settings = Object.entries(config).filter(([key]) => !free.some((name) => name === key));
  const parts: Record<string, unknown> = {
    ...Object.fromEntries(settings),
    "the model": modelDigest,
    "the data": sources.map(({ sha256, weight }) => [sha256, weight]),
    "the chat template": chatTemplate && createHash("sha256").update(chatTemplate).digest("hex"),
    "eval data of its own": config.eval_data !== null, // otherwise a part of the data is not learned
  };
  return {
    text: JSON.stringify(parts),
    requireSame(other) {
      const before: Record<string, unknown> = JSON.parse(other);
      const differing = Object.keys(parts)
        .filter((key) => JSON.stringify(parts[key]) !== JSON.stringify(before[key]))
        .map((key) => toDifference(key, before[key], parts[key]));
      if (differing.length === 0) return;
      throw new UsageError(
        `This run cannot go on: ${differing.join(", ")}; go on as it began, or begin another in a new --output.`,
      );
    },
  };
}

function toDifference(name: string, before: unknown, now: unknown): string {
  if (name.startsWith("the ")) return `${name} is not what it was`;
  return `${name} was ${JSON.stringify(before)} and is ${JSON.stringify(now)}`;
}
