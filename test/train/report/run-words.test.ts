/** @file What became of a run, in sentences. */
import { describe, expect, test } from "vitest";
import type { TrainRecord } from "../../../src/protocol/training.ts";
import { type RunHistory, toHistory } from "../../../src/train/report/run-history.ts";
import {
  shortPaths,
  smoothed,
  toConversations,
  toEnding,
  toLoss,
  toSpan,
  toVerdict,
  trainedSeconds,
} from "../../../src/train/report/run-words.ts";
import { type BelievableOptions, believableRun } from "./believable-run.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

function historyOf(records: readonly TrainRecord[]): RunHistory {
  const history = toHistory(records);
  if (history === undefined) throw new Error("the run did not begin");
  return history;
}
const historyFor = (options: BelievableOptions = {}) => historyOf(believableRun(options));

function withEvals(...losses: number[]): RunHistory {
  const history = historyFor({ steps: 1200 });
  const evaluations = losses.map((loss, at) => ({
    event: "eval" as const,
    ...{ step: 100 * (at + 1), loss, supervised_tokens: 1, best: false },
  }));
  return { ...history, evaluations };
}

describe("toVerdict", () => {
  test.for([
    [
      [3.21, 0.85, 0.87],
      "Eval loss fell from 3.21 to 0.87 in 1 200 steps; best at step 200 with 0.85.",
    ],
    [[3.21, 0.87], "Eval loss fell from 3.21 to 0.87 in 1 200 steps; best at the end."],
    [[1, 2], "Eval loss rose from 1.00 to 2.00 in 1 200 steps; best at step 100 with 1.00."],
    [[2, 2], "Eval loss stayed at 2.00 in 1 200 steps; best at the end."],
  ] as const)("says of %j: %s", ([losses, sentence]) => {
    expect(plain(toVerdict(withEvals(...losses)))).toBe(sentence);
  });

  test("goes by the smoothed training loss where nothing was kept back", () => {
    expect(plain(toVerdict(historyFor({ measured: false })))).toMatch(
      /^Training loss fell from 3\.\d\d to 0\.\d\d in 200 steps; nothing was kept back to measure on\.$/,
    );
  });

  test("says that nothing was measured before the first step", () => {
    const history = { ...historyFor(), steps: [], evaluations: [] };
    expect(toVerdict(history)).toBe("Nothing was measured in 0 steps.");
  });
});

describe("toEnding", () => {
  test("knows a finished run", () => {
    expect(toEnding(historyFor())).toBe("Finished with step 200 of 200.");
  });

  test("knows a run that was killed, and where it can go on", () => {
    const killed = believableRun({ ended: false }).filter(
      (one) => !("step" in one) || one.step <= 135,
    );
    expect(toEnding(historyOf(killed))).toBe(
      "Broke off after step 135 of 200; --resume goes on from the checkpoint of step 120.",
    );
    expect(toEnding({ ...historyOf(killed), checkpointStep: null })).toBe(
      "Broke off after step 135 of 200; no checkpoint was written.",
    );
  });

  test.for([
    ["stopped", /^Stopped after step 200 of 200; --resume goes on/],
    ["early", /^Ended early with step 200 of 200: the eval loss fell no more\.$/],
  ] as const)("knows a run that ended %s", ([reason, sentence]) => {
    const history = historyFor();
    const { end } = history;
    expect(toEnding({ ...history, end: end && { ...end, reason } })).toMatch(sentence);
  });
});

describe("trainedSeconds", () => {
  test("adds the parts of a resumed run", () => {
    expect(trainedSeconds(historyFor())).toBe(800);
    expect(trainedSeconds(historyFor({ resumedAfter: 120 }))).toBe(800);
  });

  test("counts no part twice that came no further", () => {
    const history = historyFor({ resumedAfter: 120 });
    const [resume] = history.resumes;
    if (!resume) throw new Error("it was resumed");
    expect(trainedSeconds({ ...history, resumes: [resume, resume] })).toBe(800);
  });
});

describe("toConversations", () => {
  test.for([
    [{}, 25, "1 240 conversations, 25 of them only to measure on"],
    [{ eval_data: "x" }, 25, "1 240 conversations, and 25 others to measure on"],
    [{}, 0, "1 240 conversations, none to measure on"],
  ] as const)("with %j and %i measured says %s", ([config, measured, words]) => {
    const { start } = historyFor({ config });
    const data = { ...start.data, eval_conversations: measured };
    expect(plain(toConversations({ ...start, data }))).toBe(words);
  });
});

describe("smoothed", () => {
  test("leaves a constant as it is, from the first step on", () => {
    const steps = Array.from({ length: 300 }, (_, step) => ({ step, loss: 2.5 }));
    for (const { loss } of smoothed(steps)) expect(loss).toBeCloseTo(2.5, 12);
  });

  test("rattles less, and passes over what is not finite", () => {
    const steps = Array.from({ length: 300 }, (_, step) => ({ step, loss: 1 + (step % 2) }));
    const late = smoothed([...steps, { step: 300, loss: Number.POSITIVE_INFINITY }]).slice(100);
    expect(late).toHaveLength(200);
    for (const { loss } of late) expect(Math.abs(loss - 1.5)).toBeLessThan(0.1);
  });

  test("leaves few steps as they are", () => {
    const steps = [3, 2, 1].map((loss, step) => ({ step, loss }));
    expect(smoothed(steps)).toEqual(steps);
  });
});

describe("words", () => {
  test.for([
    [3.214, "3.21"],
    [0.1, "0.10"],
    [0.00312, "0.0031"],
    [Number.NaN, "–"],
    [undefined, "–"],
  ] as const)("write the loss %d as %s", ([loss, text]) => {
    expect(toLoss(loss)).toBe(text);
  });

  test.for([
    [48.4, "48 s"],
    [720, "12 min"],
    [12_000, "3 h 20 min"],
  ] as const)("write %d s as %s", ([seconds, text]) => {
    expect(toSpan(seconds)).toBe(text);
  });

  test.for([
    [["/home/me/a.jsonl"], ["a.jsonl"]],
    [
      ["/home/me/x/a.jsonl", "/home/me/y/a.jsonl"],
      ["x/a.jsonl", "y/a.jsonl"],
    ],
    [
      ["/a.jsonl", "b.jsonl"],
      ["/a.jsonl", "b.jsonl"],
    ],
    [[], []],
  ] as const)("shorten the paths %j to %j", ([paths, names]) => {
    expect(shortPaths(paths)).toEqual(names);
  });
});
