/** @file The sampling that a model's file recommends, in the figures its makers wrote. */
import type { ModelDescription } from "../../llama/model-description.ts";

/** What a float32 keeps of any decimal figure. */
const float32Digits = 6;

/** A file has float32 figures: 0.3 is 0.30000001192092896 there. */
export function recommendedSampling({
  sampling,
}: Pick<ModelDescription, "sampling">): ModelDescription["sampling"] {
  const figures = Object.entries(sampling).map(([name, figure]) => [
    name,
    Number.isInteger(figure) ? figure : Number(figure.toPrecision(float32Digits)),
  ]);
  return Object.fromEntries(figures);
}
