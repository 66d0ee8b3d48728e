/** @file A training run in words: what became of the loss, how far it came, how long it took. */
import { dirname } from "node:path";
import { toCount, toGrouped } from "../../page/number-words.ts";
import type { TrainStart } from "../../protocol/training.ts";
import type { RunHistory } from "./run-history.ts";

/** `0.87`, and `0.0031` where two decimals would say nothing. */
export function toLoss(loss: number | undefined): string {
  if (loss === undefined || !Number.isFinite(loss)) return "–";
  return loss >= 0.1 ? loss.toFixed(2) : loss.toPrecision(2);
}

export type Outcome = {
  /** What was measured: the eval loss, or where nothing was kept back the training loss. */
  measure: "eval loss" | "training loss";
  first: number;
  last: number;
  best: { step: number; loss: number };
};

/** What became of the loss; undefined before anything was measured. */
export function outcomeOf({ steps, evaluations }: RunHistory): Outcome | undefined {
  const measured = evaluations.filter(({ loss }) => Number.isFinite(loss));
  const points = measured.length > 0 ? measured : smoothed(steps);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return {
    measure: measured.length > 0 ? "eval loss" : "training loss",
    first: first.loss,
    last: last.loss,
    best: points.reduce((a, b) => (b.loss < a.loss ? b : a)),
  };
}

/** `Eval loss fell from 3.21 to 0.87 in 1 200 steps; best at step 1 100.` */
export function toVerdict(history: RunHistory): string {
  const outcome = outcomeOf(history);
  const count = toCount(history.steps.at(-1)?.step ?? 0, "step");
  if (outcome === undefined) return `Nothing was measured in ${count}.`;
  const { measure, first, last, best } = outcome;
  const name = measure === "eval loss" ? "Eval loss" : "Training loss";
  const change = last < first ? "fell" : last > first ? "rose" : "stayed";
  const range =
    change === "stayed" ? `at ${toLoss(last)}` : `from ${toLoss(first)} to ${toLoss(last)}`;
  const whenBest =
    measure === "training loss"
      ? "nothing was kept back to measure on"
      : best.loss < last
        ? `best at step ${toGrouped(best.step)} with ${toLoss(best.loss)}`
        : `best at the end`;
  return `${name} ${change} ${range} in ${count}; ${whenBest}.`;
}

/** How the run ended, or that it did not. */
export function toEnding({ start, steps, end, checkpointStep }: RunHistory): string {
  const done = `step ${toGrouped(steps.at(-1)?.step ?? 0)} of ${toGrouped(start.steps)}`;
  if (end?.reason === "finished") return `Finished with ${done}.`;
  if (end?.reason === "early") return `Ended early with ${done}: the eval loss fell no more.`;
  const next =
    checkpointStep === null
      ? "no checkpoint was written"
      : `--resume goes on from the checkpoint of step ${toGrouped(checkpointStep)}`;
  return end === null ? `Broke off after ${done}; ${next}.` : `Stopped after ${done}; ${next}.`;
}

/** Seconds that were trained, all parts of a resumed run together. */
export function trainedSeconds({ steps, resumes }: RunHistory): number {
  const marks = [0, ...resumes.map(({ step }) => step), Number.POSITIVE_INFINITY];
  const parts = marks.slice(1).map((end, at) => {
    const begin = marks[at] ?? 0;
    return steps.findLast(({ step }) => step > begin && step <= end)?.elapsed_s ?? 0;
  });
  return parts.reduce((sum, part) => sum + part, 0);
}

/** `48 s`, `12 min`, `3 h 20 min`. */
export function toSpan(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2026-11-22 21:05 UTC`. */
export function toMoment(time: number): string {
  const [date = "", clock = ""] = new Date(time * 1000).toISOString().split("T");
  return `${date} ${clock.slice(0, 5)} UTC`;
}

/** Paths without the folder that all of them are in: whose machine it was is nobody's business. */
export function shortPaths(paths: readonly string[]): string[] {
  const folders = paths.map((path) => dirname(path).split(/[\\/]/));
  const [first = []] = folders;
  let shared = 0;
  while (shared < first.length && folders.every((parts) => parts[shared] === first[shared]))
    shared++;
  return paths.map((path) => path.split(/[\\/]/).slice(shared).join("/"));
}

/** `1 240 conversations, 25 of them only to measure on`. */
export function toConversations({ data, config }: TrainStart): string {
  const all = toCount(data.conversations, "conversation");
  const measured = toGrouped(data.eval_conversations);
  if (data.eval_conversations === 0) return `${all}, none to measure on`;
  return config.eval_data === null
    ? `${all}, ${measured} of them only to measure on`
    : `${all}, and ${measured} others to measure on`;
}

type LossPoint = { step: number; loss: number };

/** A moving average looks half as far as one such part of the steps to either side. */
const smoothing = 30;

/** The training loss as a centred moving average: it lags behind nothing. */
export function smoothed(steps: readonly LossPoint[]): LossPoint[] {
  const finite = steps.filter(({ loss }) => Number.isFinite(loss));
  const reach = Math.floor(finite.length / smoothing / 2);
  const sums = [0];
  for (const { loss } of finite) sums.push((sums.at(-1) ?? 0) + loss);
  return finite.map(({ step }, at) => {
    const [from, to] = [Math.max(0, at - reach), Math.min(finite.length, at + reach + 1)];
    return { step, loss: ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from) };
  });
}
