/** @file What a run was told, as names and words. */
import { basename } from "node:path";
import type { TrainConfig } from "../../protocol/training.ts";

/** As `train.yaml` has them; of paths only the name. */
export function optionPairs(config: TrainConfig): [string, string][] {
  const paths = ["model_path", "eval_data", "chat_template", "output"];
  return Object.entries(config)
    .filter(([name]) => name !== "data")
    .map(([name, value]) => [
      name,
      paths.includes(name) && typeof value === "string" ? basename(value) : toText(value),
    ]);
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.length > 0 ? value.join(", ") : "none";
  if (value === null) return "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
