/**
 * @file The steps of a run: learn, now and then measure and save, and stop when all is done, when it
 * gets no better, or when somebody says so.
 */
import { relative } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import type { TrainConfig, TrainEnd, TrainRecord } from "../protocol/training.ts";
import type { Checkpoints, RunState } from "./checkpoint.ts";
import type { Batches } from "./examples/batches.ts";
import type { Row } from "./examples/packing.ts";
import { learningRate as scheduledRate } from "./schedule.ts";
import type { Trainer } from "./trainer.ts";

export type RunStepsOptions = {
  config: TrainConfig;
  trainer: Trainer;
  checkpoints: Checkpoints;
  batches: Batches;
  evaluationRows: readonly Row[];
  /** The peak. */
  learningRate: number;
  /** Where to begin, or to go on. */
  state: RunState;
  tell: (record: TrainRecord) => void;
  notice: (sentence: string) => void;
  signal: AbortSignal;
  /** Lets others work, and orders come in. */
  pause: () => Promise<void>;
};

/**
 * Trains to one of its ends; the best parameters are in place then, where any were measured.
 *
 * @throws {UsageError} the loss is no number any more.
 */
export async function runSteps(
  options: RunStepsOptions,
): Promise<Pick<TrainEnd, "reason" | "step">> {
  const { config, batches, signal, pause } = options;
  const every = config.eval_every ?? Math.max(1, Math.ceil(batches.steps / 10));
  const saveEvery = config.save_every ?? every;
  const startedMs = performance.now();
  const isWorn = ({ worse }: RunState) => config.patience > 0 && worse >= config.patience;
  let state = options.state;
  while (state.step < batches.steps && !isWorn(state)) {
    await pause();
    if (signal.aborted) {
      save(options, state);
      return { reason: "stopped", step: state.step };
    }
    await learn(options, state.step, startedMs);
    state = { ...state, step: state.step + 1 };
    const isLast = state.step === batches.steps;
    if (isLast || state.step % every === 0) state = await evaluate(options, state);
    if (!isLast && state.step % saveEvery === 0) save(options, state);
  }
  takeBest(options, state);
  return { reason: isWorn(state) ? "early" : "finished", step: state.step };
}

/** Puts the best parameters in place, where they are not the last ones. */
function takeBest({ checkpoints, notice }: RunStepsOptions, { best, step }: RunState): void {
  if (best === null || best.step === step) return;
  const isBest = checkpoints.restoreBest(best.step);
  notice(
    isBest
      ? `the result is that of step ${best.step}, where the eval loss was least`
      : `the result is that of step ${step}: the better one of step ${best.step} is lost`,
  );
}

async function learn(options: RunStepsOptions, step: number, startedMs: number): Promise<void> {
  const { config, trainer, batches, tell, pause } = options;
  const rate = scheduledRate(step, {
    schedule: config.schedule,
    learningRate: options.learningRate,
    warmup: config.warmup,
    minShare: config.min_learning_rate,
    steps: batches.steps,
  });
  const beganMs = performance.now();
  const { loss, gradNorm, ...counts } = await trainer.step(
    step + 1,
    batches.rows(step),
    rate,
    pause,
  );
  assertNumbers(step + 1, loss, gradNorm);
  const nowMs = performance.now();
  tell({
    event: "step",
    step: step + 1,
    epoch: batches.epochAfter(step),
    loss,
    learning_rate: rate,
    grad_norm: gradNorm,
    tokens: counts.tokens,
    supervised_tokens: counts.supervisedTokens,
    tokens_per_second: (counts.tokens * 1000) / (nowMs - beganMs),
    elapsed_s: (nowMs - startedMs) / 1000,
  });
}

async function evaluate(options: RunStepsOptions, state: RunState): Promise<RunState> {
  const { trainer, checkpoints, evaluationRows, tell, pause } = options;
  if (evaluationRows.length === 0) return state;
  const { loss, supervisedTokens } = await trainer.evaluate(evaluationRows, pause);
  const { step } = state;
  assertNumbers(step, loss);
  const isBest = state.best === null || loss < state.best.loss;
  tell({ event: "eval", step, loss, supervised_tokens: supervisedTokens, best: isBest });
  const next = {
    ...state,
    best: isBest ? { step, loss } : state.best,
    worse: isBest ? 0 : state.worse + 1,
  };
  if (isBest) checkpoints.saveBest(next);
  return next;
}

/** From here on it would learn nothing, and its checkpoints would push out the good ones. */
function assertNumbers(step: number, ...numbers: number[]): void {
  if (numbers.every(Number.isFinite)) return;
  throw new UsageError(
    `The loss is no number any more at step ${step}: begin anew in another folder with a lower --learning-rate.`,
  );
}

function save({ config, checkpoints, tell }: RunStepsOptions, state: RunState): void {
  const path = checkpoints.save(state, config.keep_checkpoints);
  tell({ event: "checkpoint", step: state.step, path: relative(config.output, path) });
}
