/**
 * @file A training run seen from outside: the process it happens in, and every way that can end.
 *
 * Training is native code at the limit of the memory: it may abort in a GGML_ASSERT or be killed by
 * the system, and must take nobody with it. The inside is `parent.ts`.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { UsageError } from "../errors/usage-error.ts";
import { siblingModule } from "../llama/sibling-module.ts";
import type { TrainConfig, TrainEnd, TrainMessage, TrainOrder } from "../protocol/training.ts";
import { type Death, toDeathSentence } from "./death-sentence.ts";

export type TrainingOptions = {
  /** Go on from the last checkpoint in the output folder. */
  resume: boolean;
  onMessage: (message: TrainMessage) => void;
  /** Asks for a checkpoint, and an end. */
  signal: AbortSignal;
  /** Ends it at once: what no checkpoint has is lost. */
  killSignal?: AbortSignal;
  /** Another program, and less patience with it, for tests. */
  program?: Program;
  patience?: Patience;
};

type Program = { path: string; execArgv: string[] };
type Patience = {
  /** A process that was asked to stop may be silent for so long, and twice its longest step. */
  stopMs: number;
  /** From its last word to its exit. */
  leaveMs: number;
};
const usualPatience: Patience = { stopMs: 60_000, leaveMs: 10_000 };

/**
 * Trains in a process of its own, to its end.
 *
 * @throws {UsageError} it was refused; or the process died: what of, and whether `resume` helps.
 */
export async function runTraining(
  config: TrainConfig,
  { resume, onMessage, program, ...options }: TrainingOptions,
): Promise<TrainEnd> {
  const child = start(program ?? siblingModule(import.meta.url, "./train-process"));
  const death: Omit<Death, "how"> = { lines: [], checkpointStep: null, killed: null };
  child.stderr?.setEncoding("utf8");
  if (child.stderr) createInterface(child.stderr).on("line", (line) => keep(death.lines, line));
  const watch = watchOver(child, options, (why) => {
    death.killed ??= why;
  });
  let verdict: TrainEnd | string | undefined;
  child.on("message", (message: TrainMessage) => {
    if (message.event === "refused") verdict = message.sentence;
    if (message.event === "end") verdict = message;
    if (message.event === "checkpoint" || message.event === "resume")
      death.checkpointStep = message.step;
    watch.heard(verdict !== undefined);
    onMessage(message);
  });
  tell(child, { order: "train", config, resume });
  const [code, signal] = await once(child, "close");
  watch.dispose();
  if (typeof verdict === "object") return verdict;
  throw new UsageError(verdict ?? toDeathSentence({ ...death, how: signal ?? code }));
}

function start({ path, execArgv }: Program): ChildProcess {
  const child = fork(path, {
    execArgv,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced", // JSON knows no Infinity, which a loss may be
    // Ctrl-C goes to the terminal's whole group: the child must hear of it from us alone.
    detached: process.platform !== "win32",
  });
  child.on("error", () => {}); // a failed start or send: "close" follows
  return child;
}

function tell(child: ChildProcess, order: TrainOrder): void {
  if (child.connected) child.send(order);
}

/** A backtrace is long, and what it is about stands above it. */
const keptLines = 200;

function keep(lines: string[], line: string): void {
  lines.push(line);
  if (lines.length > keptLines) lines.shift();
}

type Limits = Pick<TrainingOptions, "signal" | "killSignal" | "patience">;

/** Hands on the wish to stop, and kills what does not, or what has said its last word and stays. */
function watchOver(
  child: ChildProcess,
  { signal, killSignal, patience = usualPatience }: Limits,
  onKill: (why: NonNullable<Death["killed"]>) => void,
) {
  let [heardMs, longestMs] = [performance.now(), 0];
  let timer: NodeJS.Timeout | undefined;
  const kill = (why: NonNullable<Death["killed"]>) => {
    onKill(why);
    child.kill("SIGKILL");
  };
  const killIn = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(kill, ms, "slow");
  };
  const onStop = () => {
    tell(child, { order: "stop" });
    killIn(patience.stopMs + 2 * longestMs);
  };
  const onWish = () => kill("wish");
  if (signal.aborted) onStop();
  signal.addEventListener("abort", onStop, { once: true });
  killSignal?.addEventListener("abort", onWish, { once: true });
  return {
    heard(isLast: boolean): void {
      const now = performance.now();
      longestMs = Math.max(longestMs, now - heardMs);
      heardMs = now;
      if (isLast) killIn(patience.leaveMs);
      else if (signal.aborted) killIn(patience.stopMs + 2 * longestMs);
    },
    dispose(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", onStop);
      killSignal?.removeEventListener("abort", onWish);
    },
  };
}
