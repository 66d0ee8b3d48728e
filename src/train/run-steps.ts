/**
 * @file The steps of a run: learn, now and then measure and save, and stop when all is done, when it
 * gets no better, or when somebody says so.
 */
import { relative } from "node:path";
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

/** Trains to one of its ends; the best parameters are in place then, where any were measured. */
export async function runSteps(
  options: RunStepsOptions,
): Promise<Pick<TrainEnd, "reason" | "step">> {
  const { config, batches, signal, pause } = options;
  const every = config.eval_every ?? Math.max(1, Math.ceil(batches.steps / 10));
  const saveEvery = config.save_every ?? every;
  const startedMs = performance.now();
  let state = options.state;
  while (state.step < batches.steps) {
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
    if (config.patience > 0 && state.worse >= config.patience) {
      takeBest(options, state);
      return { reason: "early", step: state.step };
    }
  }
  takeBest(options, state);
  return { reason: "finished", step: state.step };
}

/** Puts the best parameters in place, where they are not the last ones. */
function takeBest({ checkpoints, notice }: RunStepsOptions, { best, step }: RunState): void {
  if (best === null || best.step === step || !checkpoints.restoreBest()) return;
  notice(`the result is that of step ${best.step}, where the eval loss was least`);
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

function save({ config, checkpoints, tell }: RunStepsOptions, state: RunState): void {
  const path = checkpoints.save(state, config.keep_checkpoints);
  tell({ event: "checkpoint", step: state.step, path: relative(config.output, path) });
}
