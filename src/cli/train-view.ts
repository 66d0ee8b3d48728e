/**
 * @file What a person sees of a training run: what is trained, a bar, each evaluation. Where nobody
 * watches (no TTY), a line now and then in place of the bar.
 */
import type { WriteStream } from "node:tty";
import { toCount, toGrouped } from "../page/number-words.ts";
import { toPrintable } from "../page/printable.ts";
import type { TrainEvaluation, TrainMessage, TrainStart, TrainStep } from "../protocol/training.ts";
import { toConversations } from "../train/report/run-words.ts";
import { ProgressBar, toDuration } from "./progress.ts";

type Screen = Pick<WriteStream, "isTTY" | "write"> & { columns?: number };

/** Between two lines where there is no bar, ms. */
const quietMs = 30_000;
/** A thousand files that are read are no thousand lines. */
const phaseMs = 1000;

export class TrainView {
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #bar: ProgressBar;
  /** What the bar is about, or was when a line came between. */
  #label = "";
  /** What the run began with, now or before. */
  #start: TrainStart | undefined;
  #pace = 0;
  #startedMs = 0;
  #startedAt = 0;
  #spokeMs = Number.NEGATIVE_INFINITY;

  /** @param before What the run that is resumed began with. */
  constructor(screen: Screen, now: () => number, before?: TrainStart) {
    this.#screen = screen;
    this.#now = now;
    this.#bar = new ProgressBar(screen, now);
    this.#start = before;
  }

  show(message: TrainMessage): void {
    if (message.event === "phase") this.#showPhase(message.label, message.done, message.total);
    if (message.event === "notice") this.say(toPrintable(message.sentence));
    if (message.event === "start") this.#showStart(message);
    if (message.event === "resume") this.#showResume(message.step);
    if (message.event === "step") this.#showStep(message);
    if (message.event === "eval") this.say(toEvalLine(message));
  }

  /** A line that stays. */
  say(line: string): void {
    this.#bar.stop();
    this.#screen.write(`${line}\n`);
  }

  stop(): void {
    this.#bar.stop();
  }

  #showPhase(label: string, done: number, total: number | null): void {
    if (label === this.#label) this.#bar.update(done, total);
    else this.#beginPhase(label, done, total);
  }

  #beginPhase(label: string, done: number, total: number | null): void {
    this.#label = label;
    this.#bar.stop();
    this.#bar.start(label, total, "share", done);
    const now = this.#now();
    if (this.#screen.isTTY || now - this.#spokeMs < phaseMs) return;
    this.#spokeMs = now;
    this.say(toPrintable(label));
  }

  #showStart(start: TrainStart): void {
    this.#start = start;
    for (const line of startLines(start)) this.say(line);
  }

  #showResume(step: number): void {
    if (this.#start) this.#showStart(this.#start);
    this.say(`goes on after step ${step}`);
  }

  #showStep(step: TrainStep): void {
    const rate = step.tokens_per_second;
    this.#pace = this.#pace === 0 ? rate : 0.9 * this.#pace + 0.1 * rate; // no eye follows each step's
    const note = `loss ${step.loss.toFixed(4)}  ${toGrouped(this.#pace)} tokens/s`;
    const steps = this.#start?.steps ?? null;
    if (this.#label !== training) {
      this.#label = training;
      this.#spokeMs = Number.NEGATIVE_INFINITY;
      this.#startedMs = this.#now();
      this.#startedAt = step.step;
      this.#bar.stop();
      this.#bar.start(training, steps, "steps", step.step);
    }
    this.#bar.update(step.step, steps, note);
    if (!this.#screen.isTTY) this.#showLine(step, steps, note);
  }

  #showLine({ step }: TrainStep, steps: number | null, note: string): void {
    const now = this.#now();
    if (now - this.#spokeMs < quietMs && step !== steps) return;
    this.#spokeMs = now;
    const perStepMs = (now - this.#startedMs) / (step - this.#startedAt);
    const left =
      steps === null || step === this.#startedAt || step >= steps
        ? ""
        : `  ${toDuration((steps - step) * perStepMs)} left`;
    this.say(`step ${step}${steps === null ? "" : `/${steps}`}  ${note}${left}`);
  }
}

const training = "training";

function toEvalLine({ step, loss, best }: TrainEvaluation): string {
  return `step ${step}: eval loss ${loss.toFixed(4)}${best ? ", the best so far" : ""}`;
}

function startLines(start: TrainStart): string[] {
  const { config, model, data, ...run } = start;
  const { parameters, trainable_parameters: trainable } = model;
  const part = trainable === parameters ? "all" : toGrouped(trainable);
  const adapter =
    config.method === "lora" ? ` (LoRA r ${config.lora_r} on ${config.lora_targets})` : "";
  const skipped = data.skipped > 0 ? `, ${toCount(data.skipped, "row")} left out` : "";
  return [
    `model   ${toPrintable(model.name)} (${toPrintable(model.architecture)}): ${toGrouped(parameters)} parameters, ${part} of them trained${adapter}`,
    `data    ${toConversations(start)}${skipped}`,
    `        ${toGrouped(data.tokens)} tokens an epoch, ${toGrouped(data.supervised_tokens)} of them teach, in ${toCount(data.rows, "row")}`,
    `steps   ${toGrouped(run.steps)}, ${config.schedule} learning rate from ${run.learning_rate}, on ${toPrintable(run.device)} with ${toCount(run.threads, "thread")}`,
    `output  ${toPrintable(config.output)}`,
  ];
}
