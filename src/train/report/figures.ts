/** @file The figures of a training report: the loss, what drove it, and how fast it went. */

import { halfPage } from "../../page/charts/draw.ts";
import { drawLineChart, type LineChart, type Point } from "../../page/charts/line-chart.ts";
import { type Figure, numberTable } from "../../page/figure.ts";
import { html, type Markup } from "../../page/markup.ts";
import { toGrouped, toPercent } from "../../page/number-words.ts";
import type { TrainStep } from "../../protocol/training.ts";
import type { RunHistory } from "./run-history.ts";
import { outcomeOf, smoothed, toLoss } from "./run-words.ts";

/** None without a step. */
export function runFigures(history: RunHistory): Figure[] {
  if (history.steps.length === 0) return [];
  return [lossFigure(history), learningRate(history), gradientNorm(history), speed(history)];
}

const wholePage = 1080;
/** Above this the end of a long fall would be a flat line. */
const wideRatio = 20;

function lossFigure(history: RunHistory): Figure {
  const { steps, evaluations } = history;
  const mean = smoothed(steps);
  const best = evaluations.findLast(({ best }) => best);
  const losses = [...steps, ...evaluations].map(({ loss }) => loss).filter((loss) => loss > 0);
  const log = Math.max(...losses) > wideRatio * Math.min(...losses);
  return {
    id: "loss",
    title: lossTitle(history),
    caption: `Mean of −ln p over the tokens that teach: each step (thin) and their moving average; of the conversations kept back, where they were measured.${log ? " Equal factors are equally far." : ""}`,
    drawing: drawLineChart({
      ...common(history, "Loss, nats per token"),
      log,
      width: wholePage,
      lines: [
        { thin: true, ink: "--lines-0", points: toPoints(steps, "loss") },
        { name: "training", ink: "--lines-0", points: toPoints(mean, "loss") },
        { name: "eval", ink: "--lines-1", points: toPoints(evaluations, "loss"), dots: true },
      ],
      rings: best ? [{ x: best.step, y: best.loss, words: `best ${toLoss(best.loss)}` }] : [],
    }),
    table: lossTable(history),
    wide: true,
  };
}

function lossTitle(history: RunHistory): Markup {
  const outcome = outcomeOf(history);
  if (outcome === undefined) return html`No loss was measured`;
  const { measure, first, last } = outcome;
  const change = last < first ? "fell" : last > first ? "rose" : "stayed";
  return html`The ${measure} ${change} ${change === "stayed" ? "at" : `from ${toLoss(first)} to`} ${toLoss(last)}`;
}

function lossTable({ steps, evaluations }: RunHistory): Markup {
  const mean = smoothed(steps);
  const measured = new Map(evaluations.map(({ step, loss }) => [step, loss]));
  const shown = pick(mean, (one) => measured.has(one.step));
  return numberTable(
    ["Step", "Training loss, moving average", "Eval loss"],
    shown.map(({ step, loss }) => [toGrouped(step), toDigits(loss), toDigits(measured.get(step))]),
  );
}

function learningRate(history: RunHistory): Figure {
  const { steps, start } = history;
  const peak = steps.reduce((a, b) => (b.learning_rate > a.learning_rate ? b : a));
  return {
    id: "learning-rate",
    title: html`The learning rate was ${toRate(peak.learning_rate)} at its highest, at step ${toGrouped(peak.step)}`,
    caption: `The ${start.config.schedule} schedule, with a rise over ${toPercent(start.config.warmup)} of the steps.`,
    drawing: drawLineChart({
      ...common(history, "Learning rate"),
      lines: [{ ink: "--lines-0", points: toPoints(steps, "learning_rate") }],
      from: 0,
      toTickY: toRate,
    }),
    table: stepTable(steps, "Learning rate", ({ learning_rate }) => toRate(learning_rate)),
    wide: false,
  };
}

function gradientNorm(history: RunHistory): Figure {
  const { steps, start } = history;
  const limit = start.config.max_grad_norm;
  const clipped = steps.filter(({ grad_norm }) => limit > 0 && grad_norm > limit).length;
  const share = toPercent(clipped / steps.length);
  return {
    id: "gradient-norm",
    title:
      limit === 0
        ? html`The gradient was not clipped`
        : clipped === 0
          ? html`The gradient never had to be clipped`
          : html`The gradient was clipped in ${share} of the steps`,
    caption: "Norm of all gradients together, before clipping.",
    drawing: drawLineChart({
      ...common(history, "Gradient norm"),
      lines: [
        { thin: true, ink: "--lines-0", points: toPoints(steps, "grad_norm") },
        { ink: "--lines-0", points: average(steps, "grad_norm") },
      ],
      ...(clipped > 0 && { level: { y: limit, words: `max_grad_norm ${limit}` } }),
      from: 0,
    }),
    table: stepTable(steps, "Gradient norm", ({ grad_norm }) => toDigits(grad_norm)),
    wide: false,
  };
}

function speed(history: RunHistory): Figure {
  const { steps, start } = history;
  const sorted = steps.map(({ tokens_per_second: rate }) => rate).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return {
    id: "speed",
    title: html`Half of the steps learned from at least ${toGrouped(median)} tokens a second`,
    caption: `Tokens per second of each step, padding not counted, on ${start.device} with ${start.threads} ${start.threads === 1 ? "thread" : "threads"}.`,
    drawing: drawLineChart({
      ...common(history, "Tokens per second"),
      lines: [
        { thin: true, ink: "--lines-0", points: toPoints(steps, "tokens_per_second") },
        { ink: "--lines-0", points: average(steps, "tokens_per_second") },
      ],
      from: 0,
    }),
    table: stepTable(steps, "Tokens per second", (step) => toGrouped(step.tokens_per_second)),
    wide: false,
  };
}

const common = ({ resumes }: RunHistory, yLabel: string): Omit<LineChart, "lines"> => ({
  xLabel: "Step",
  yLabel,
  width: halfPage,
  moments: resumes.map(({ step }) => ({ x: step, words: "resumed" })),
});

type Measure = "learning_rate" | "grad_norm" | "tokens_per_second";

const toPoints = <K extends string>(
  rows: readonly ({ step: number } & Record<K, number>)[],
  key: K,
): Point[] => rows.map((row) => ({ x: row.step, y: row[key] }));

const average = (steps: readonly TrainStep[], key: Measure): Point[] =>
  toPoints(smoothed(steps.map((step) => ({ step: step.step, loss: step[key] }))), "loss");

/** More rows than this nobody reads; metrics.jsonl has them all. */
const tableRows = 50;

/** Rows evenly apart, the first and the last among them, and those that must be there. */
function pick<T>(rows: readonly T[], must: (row: T) => boolean = () => false): T[] {
  const every = Math.ceil(rows.length / tableRows);
  return rows.filter((row, at) => at % every === 0 || at === rows.length - 1 || must(row));
}

const stepTable = (
  steps: readonly TrainStep[],
  name: string,
  toText: (step: TrainStep) => string,
) =>
  numberTable(
    ["Step", name],
    pick(steps).map((step) => [toGrouped(step.step), toText(step)]),
  );

/** `2e-4`. */
function toRate(rate: number): string {
  const short = Number(rate.toPrecision(3));
  return short !== 0 && Math.abs(short) < 0.01 ? short.toExponential() : `${short}`;
}

const toDigits = (value: number | undefined) =>
  value === undefined || !Number.isFinite(value) ? "–" : value.toPrecision(4);
