/** @file In which format the transposes of frozen weights are kept, if there is room for them. */
import { freemem } from "node:os";
import type { GgmlTypeName } from "../../llama/ggml-types.ts";
import type { GgufFile } from "../../llama/gguf-reader.ts";
import type { TrainConfig } from "../../protocol/training.ts";
import type { TransposeType } from "./weights.ts";

const named = { q8_0: "Q8_0", bf16: "BF16", f32: "F32", cast: "cast" } as const;

/** Bytes a value takes. */
const width = { F32: 4, F16: 2, BF16: 2, Q8_0: 34 / 32 } as const;

/**
 * What was asked for; else the weights' own format, or Q8_0 for quantised ones: a coarser one would
 * bend the gradients. Where that does not fit beside the weights, Q8_0, and else none.
 */
export function transposeFor(choice: TrainConfig["transpose"], file: GgufFile): TransposeType {
  if (choice !== "auto") return named[choice];
  const matrices = file.tensors.filter(({ shape }) => (shape[1] ?? 1) > 1);
  const values = matrices.reduce((sum, { shape: [a = 1, b = 1] }) => sum + a * b, 0);
  const free = freemem() * 0.8 - file.sizeBytes;
  const own = ownFormat(mostOf(matrices.map(({ type }) => type)));
  const fitting = [own, "Q8_0" as const].find((type) => values * width[type] < free);
  return fitting ?? "cast";
}

function ownFormat(type: GgmlTypeName | undefined): keyof typeof width {
  return type === "F32" || type === "F16" || type === "BF16" ? type : "Q8_0";
}

function mostOf<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
