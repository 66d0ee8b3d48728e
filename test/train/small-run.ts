/** @file Real training runs that take seconds: tiny models, short conversations, one thread. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll } from "vitest";
import type { z } from "zod";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { TrainConfig, type TrainMessage, TrainRecord } from "../../src/protocol/training.ts";
import { toHistory } from "../../src/train/report/run-history.ts";
import { runTraining } from "../../src/train/run.ts";
import { eventually } from "../support/eventually.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-small-run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The path of a file with this text, or of these rows. */
export function dataFile(name: string, content: string | readonly unknown[]): string {
  const path = join(folder, name);
  const text = typeof content === "string" ? content : content.map(toLine).join("\n");
  writeFileSync(path, text);
  return path;
}

const toLine = (row: unknown) => JSON.stringify(row);

const words = "river stone light ocean paper garden window music forest candle bridge sugar";

/** (count,) rows in OpenAI's format, each with another question and answer. */
export function conversations(count: number): { messages: object[] }[] {
  const all = words.split(" ");
  const word = (index: number) => all[index % all.length];
  return Array.from({ length: count }, (_, i) => ({
    messages: [
      { role: "user", content: `What comes after ${word(i)} ${i}?` },
      { role: "assistant", content: `${word(i + 5)} and then ${word(i * 7)}.` },
    ],
  }));
}

/** A copy of a run's folder, to be damaged. */
export function copyOf(output: string): string {
  const copy = join(newPath(), "run");
  cpSync(output, copy, { recursive: true });
  return copy;
}

let written = 0;
export const newPath = (ending = "") => join(folder, `${++written}${ending}`);

export const base = newPath(".gguf");
writeTinyModel(base, { layers: 2, embeddingLength: 32, heads: 2, kvHeads: 1, feedForward: 64 });
export const lessons = dataFile("lessons.jsonl", conversations(24));

type Settings = z.input<typeof TrainConfig>;

/** Twelve steps, each on two rows or so; a checkpoint at every third. */
export function settings(changes: Partial<Settings> = {}): TrainConfig {
  return TrainConfig.parse({
    model_path: base,
    data: [{ path: lessons }],
    output: join(newPath(), "run"), // a result is named for its folder: alike runs, alike files
    context_size: 96,
    batch_tokens: 128,
    max_steps: 12,
    epochs: 100,
    learning_rate: 5e-3,
    lora_dropout: 0.2,
    eval_split: 0.1,
    eval_every: 6,
    save_every: 3,
    seed: 7,
    gpu: "cpu",
    threads: 1,
    ...changes,
  });
}

/** A run in a process of its own; what it said so far, and the switches. */
export function startRun(config: TrainConfig, { resume = false } = {}) {
  const heard: TrainMessage[] = [];
  const stop = new AbortController();
  const kill = new AbortController();
  const done = runTraining(config, {
    resume,
    signal: stop.signal,
    killSignal: kill.signal,
    onMessage: (message) => heard.push(message),
  });
  done.catch(() => {}); // each test looks at it in its own time
  const reached = (step: number) =>
    eventually(() => heard.some((one) => one.event === "step" && one.step >= step), 60_000);
  /** A phase has begun. */
  const said = (label: string) =>
    eventually(() => heard.some((one) => one.event === "phase" && one.label === label), 60_000);
  const notices = () => heard.flatMap((one) => (one.event === "notice" ? [one.sentence] : []));
  return { done, heard, notices, stop, kill, reached, said };
}

/**
 * Kills the run with SIGKILL again and again, each time some ms after its first new step or, now and
 * then, while it still begins.
 */
export async function killAtRandom(
  config: TrainConfig,
  { kills, random }: { kills: number; random: () => number },
): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    const run = startRun(config, { resume: existsSync(join(config.output, "metrics.jsonl")) });
    if (random() < 0.8) await run.reached(1);
    await wait(random() * 120);
    run.kill.abort();
    await run.done.catch(() => {}); // it may have finished
  }
}

/** Runs to its end. */
export async function finish(config: TrainConfig, options: { resume?: boolean } = {}) {
  const run = startRun(config, options);
  return { end: await run.done, ...run };
}

/** The losses of all steps, as the folder's records have them; strict: each line must be a record. */
export function curve(output: string): number[] {
  const lines = readFileSync(join(output, "metrics.jsonl"), "utf8").split("\n").filter(Boolean);
  const history = toHistory(lines.map((line) => TrainRecord.parse(JSON.parse(line))));
  const steps = history?.steps ?? [];
  if (steps.some(({ step }, i) => step !== i + 1)) throw new Error("a step is missing or double");
  return steps.map(({ loss }) => loss);
}

/** The largest relative difference of two curves; Infinity where one is longer. */
export function difference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(...a.map((loss, i) => Math.abs(loss - (b[i] ?? 0)) / Math.abs(loss)));
}
