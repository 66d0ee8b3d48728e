/**
 * @file The learning rate of each step: it rises to its peak in a straight line, then falls along a
 * half cosine, in a straight line, or not at all.
 *
 * Source: I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017.
 * https://arxiv.org/abs/1608.03983
 */
import type { TrainConfig } from "../protocol/training.ts";

export type ScheduleOptions = {
  schedule: TrainConfig["schedule"];
  /** The peak. */
  learningRate: number;
  /** The share of all steps in which it rises. */
  warmup: number;
  /** What it ends at, as a share of the peak. */
  minShare: number;
  /** Of the whole run. */
  steps: number;
};

/** @param step from 0; the first is not at zero, and the last is at the minimum. */
export function learningRate(step: number, options: ScheduleOptions): number {
  const { schedule, learningRate: peak, warmup, minShare, steps } = options;
  const rising = Math.min(steps, Math.ceil(warmup * steps));
  if (step < rising) return (peak * (step + 1)) / (rising + 1);
  const done = Math.min(1, (step - rising) / Math.max(1, steps - 1 - rising));
  return peak * (minShare + (1 - minShare) * falling[schedule](done));
}

/** From 1 to 0 while `done` goes from 0 to 1. */
const falling = {
  cosine: (done: number) => (1 + Math.cos(Math.PI * done)) / 2,
  linear: (done: number) => 1 - done,
  constant: () => 1,
} as const;
