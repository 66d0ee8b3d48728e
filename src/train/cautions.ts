/** @file What is allowed, but probably not what was meant: a sentence each, said before the first step. */
import type { TrainConfig } from "../protocol/training.ts";

/** With fewer optimiser steps than this, at the usual learning rates, next to nothing is learned. */
const fewSteps = 20;

/**
 * @param steps Of the whole run.
 * @param contextLength What the model was made for, in tokens.
 */
export function cautions(config: TrainConfig, steps: number, contextLength: number): string[] {
  const found: string[] = [];
  if (config.context_size > contextLength)
    found.push(
      `context_size is ${config.context_size}, but the model was made for ${contextLength} tokens: it learns little from what is longer`,
    );
  if (steps < fewSteps && config.max_steps === null)
    found.push(
      `${steps === 1 ? "one step is" : `${steps} steps are`} few to learn much in: raise epochs, or lower batch_tokens`,
    );
  if (config.merge && config.method === "full")
    found.push("merge has nothing to do: full training writes the whole model anyway");
  return found;
}
