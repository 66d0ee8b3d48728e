/** @file What happened in a training run, out of its `metrics.jsonl`, whatever broke off its writing. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import {
  type TrainEnd,
  type TrainEvaluation,
  TrainRecord,
  type TrainResume,
  type TrainStart,
  type TrainStep,
} from "../../protocol/training.ts";

export type RunHistory = {
  start: TrainStart;
  /** In their order; what was trained again after a resumption stands there once. */
  steps: TrainStep[];
  evaluations: TrainEvaluation[];
  resumes: z.infer<typeof TrainResume>[];
  checkpointStep: number | null;
  /** null while it runs, and of a run that was killed. */
  end: TrainEnd | null;
};

/** The history of the run in a folder; undefined where there is none that began. */
export function readHistory(folder: string): RunHistory | undefined {
  const file = join(folder, "metrics.jsonl");
  return existsSync(file) ? toHistory(parseRecords(readFileSync(file, "utf8"))) : undefined;
}

/** The records of the lines that are whole: a killed writer leaves a torn one, wherever it was. */
export function parseRecords(text: string): TrainRecord[] {
  return text.split("\n").flatMap((line) => {
    // Who resumes may have written on where a torn line ends.
    const json = parseJson(line) ?? parseJson(line.slice(line.lastIndexOf('{"event"')));
    const parsed = TrainRecord.safeParse(json);
    return parsed.success ? [parsed.data] : [];
  });
}

export function toHistory(records: readonly TrainRecord[]): RunHistory | undefined {
  let history: RunHistory | undefined;
  for (const record of records)
    if (record.event === "start") history = begin(record);
    else if (history) add(history, record);
  return history;
}

function begin(start: TrainStart): RunHistory {
  return { start, steps: [], evaluations: [], resumes: [], checkpointStep: null, end: null };
}

function add(history: RunHistory, record: Exclude<TrainRecord, TrainStart>): void {
  if (record.event === "step") history.steps.push(record);
  else if (record.event === "eval") history.evaluations.push(record);
  else if (record.event === "checkpoint") history.checkpointStep = record.step;
  else if (record.event === "end") history.end = record;
  else resume(history, record);
}

/** What came after the checkpoint is trained again. */
function resume(history: RunHistory, record: z.infer<typeof TrainResume>): void {
  history.steps = history.steps.filter(({ step }) => step <= record.step);
  history.evaluations = history.evaluations.filter(({ step }) => step <= record.step);
  history.resumes.push(record);
  history.checkpointStep = record.step;
  history.end = null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
