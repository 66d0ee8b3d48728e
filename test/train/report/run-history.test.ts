/** @file A run's history is read from whatever a killed writer left of `metrics.jsonl`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseRecords, readHistory, toHistory } from "../../../src/train/report/run-history.ts";
import { believableRun } from "./believable-run.ts";

const run = believableRun({ steps: 20 });
const toText = (records: readonly object[]) =>
  records.map((one) => `${JSON.stringify(one)}\n`).join("");
const stepNumbers = (text: string) =>
  toHistory(parseRecords(text))?.steps.map(({ step }) => step) ?? [];
const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

const folder = mkdtempSync(join(tmpdir(), "fastchat-history-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("parseRecords", () => {
  test("reads back what was written", () => {
    expect(parseRecords(toText(run))).toEqual(run);
  });

  test("leaves out a last line that was torn, wherever it was", () => {
    const whole = toText(run);
    const lines = whole.trimEnd().split("\n");
    const last = lines.at(-1) ?? "";
    for (let cut = 1; cut < last.length; cut++)
      expect(parseRecords(whole.slice(0, whole.length - 1 - cut))).toEqual(run.slice(0, -1));
  });

  test("finds the record that was written on where a torn line ends", () => {
    const torn = '{"event":"step","step":3,"lo';
    expect(parseRecords(toText(run.slice(0, 2)) + torn + toText(run.slice(2)))).toEqual(run);
  });

  test("takes no line for a record that is none", () => {
    expect(parseRecords('\n[]\nnull\n{"event":"step"}\n{"event":"party"}\nhello\n')).toEqual([]);
  });
});

describe("toHistory", () => {
  test("has each kind of record in its place", () => {
    const history = toHistory(run);
    expect(history?.steps.map(({ step }) => step)).toEqual(upTo(20));
    expect(history?.evaluations).toHaveLength(10);
    expect(history).toMatchObject({ resumes: [], checkpointStep: 20, end: { step: 20 } });
  });

  test("is nothing before a run began", () => {
    expect(toHistory([])).toBeUndefined();
    expect(toHistory(run.slice(1))).toBeUndefined();
  });

  test("has what was trained again once, and the end of the last part", () => {
    const resume = { event: "resume", time: 1, step: 10, checkpoint: "step-10" } as const;
    const again = run.filter((one) => "step" in one && one.event !== "end" && one.step > 10);
    const killed = run.filter((one) => !("step" in one) || one.step <= 15);
    const history = toHistory([...killed, resume, ...again]);
    expect(history?.steps.map(({ step }) => step)).toEqual(upTo(20));
    expect(history?.evaluations.map(({ step }) => step)).toEqual(upTo(10).map((at) => 2 * at));
    expect(history).toMatchObject({ resumes: [resume], end: null, checkpointStep: 20 });
  });

  test("forgets the end of a stopped part when it goes on", () => {
    const resume = { event: "resume", time: 1, step: 20, checkpoint: "step-20" } as const;
    expect(toHistory([...run, resume])).toMatchObject({ end: null, checkpointStep: 20 });
  });

  test("is of the last run where a folder had two", () => {
    expect(stepNumbers(toText([...run, ...believableRun({ steps: 3 })]))).toEqual([1, 2, 3]);
  });
});

describe("readHistory", () => {
  test("finds the file in the folder", () => {
    writeFileSync(join(folder, "metrics.jsonl"), toText(run));
    expect(readHistory(folder)).toEqual(toHistory(run));
  });

  test("is nothing where there is no file", () => {
    expect(readHistory(join(folder, "none"))).toBeUndefined();
  });
});
