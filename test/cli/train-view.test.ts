/** @file What a person sees of a run: a bar where there is a terminal, lines where there is none. */
import { describe, expect, test } from "vitest";
import { TrainView } from "../../src/cli/train-view.ts";
import { columnsOf } from "../../src/page/printable.ts";
import type { TrainMessage } from "../../src/protocol/training.ts";
import { believableRun } from "../train/report/believable-run.ts";

/** A screen that remembers, and a run of 20 steps of 4 s each on it. */
function watch({ isTTY = true, columns = 80, messages = believableRun({ steps: 20 }) } = {}) {
  const sent: string[] = [];
  const clock = { ms: 0 };
  const screen = { isTTY, columns, write: (text: string | Uint8Array) => sent.push(`${text}`) > 0 };
  const view = new TrainView(screen, () => clock.ms);
  const show = (message: TrainMessage) => {
    if (message.event === "step") clock.ms += 4000;
    view.show(message);
  };
  for (const message of messages) show(message);
  return { sent, view, show, clock };
}

const plain = (text: string) => text.replaceAll("\u00a0", " ");
const lines = (sent: readonly string[]) =>
  sent.filter((text) => text.endsWith("\n")).map((text) => plain(text.trimEnd()));
const bars = (sent: readonly string[]) =>
  sent.filter((text) => text.includes("░") || text.includes("█")).map(plain);

describe("TrainView", () => {
  test("says before the first step what is trained, from what, and how long", () => {
    const { sent } = watch();
    expect(lines(sent).slice(0, 5)).toEqual([
      "model   Qwen2.5 0.5B Instruct (qwen2): 494 032 768 parameters, 540 672 of them trained (LoRA r 8 on q,v)",
      "data    1 240 conversations, 25 of them only to measure on, 3 rows left out",
      "        266 000 tokens an epoch, 100 000 of them teach, in 260 rows",
      "steps   20, cosine learning rate from 0.0002, on CPU with 2 threads",
      "output  trained",
    ]);
  });

  test("shows a bar with step, loss, speed and the time that is left", () => {
    const { sent } = watch({
      messages: believableRun({ steps: 20, measured: false }).slice(0, 12),
    });
    expect(bars(sent).at(-1)).toMatch(
      /^\rtraining {2}[█░]{10} {2}8\/20 {2}loss \d\.\d{4} {2}\d{3} tokens\/s {2}48 s left/,
    );
  });

  test("keeps evaluations as lines above the bar", () => {
    const { sent } = watch();
    expect(lines(sent).filter((line) => line.includes("eval loss"))).toHaveLength(10);
    expect(lines(sent)).toContain("step 18: eval loss 0.9156, the best so far");
    expect(lines(sent).at(-1)).toMatch(/^step 20: eval loss \d\.\d{4}$/);
  });

  test("writes no bar where nobody watches, but a line each half minute and the last step's", () => {
    const { sent } = watch({
      isTTY: false,
      messages: believableRun({ steps: 20, measured: false }),
    });
    expect(bars(sent)).toEqual([]);
    const steps = lines(sent).filter((line) => line.startsWith("step "));
    expect(steps.map((line) => line.split(" ")[1])).toEqual(["1/20", "9/20", "17/20", "20/20"]);
    expect(steps[1]).toMatch(/loss \d\.\d{4} {2}\d+ tokens\/s {2}44 s left$/);
    expect(sent.join("")).not.toContain("\u001b");
  });

  test("shows work before the first step, with what is done of it", () => {
    const { sent, show, clock } = watch({ messages: [] });
    const phase = (done: number, total: number | null): TrainMessage => ({
      event: "phase",
      label: "reading data",
      ...{ done, total },
    });
    show(phase(0, 40));
    clock.ms = 200;
    show(phase(20, 40));
    expect(bars(sent).at(-1)).toContain("reading data  ██████████░░░░░░░░░░   50 %");
    clock.ms = 400;
    show({ event: "phase", label: "checking the model", done: 0, total: null });
    expect(sent.at(-1)).toContain("checking the model");
  });

  test("names each part of that work once where nobody watches", () => {
    const { sent, show } = watch({ isTTY: false, messages: [] });
    for (const done of [0, 1, 2]) show({ event: "phase", label: "reading data", done, total: 2 });
    expect(sent).toEqual(["reading data\n"]);
  });

  test("measures the time that is left of a resumed run from where it goes on", () => {
    const { sent, show, clock } = watch({ messages: believableRun({ steps: 20 }).slice(0, 1) });
    show({ event: "resume", time: 0, step: 15, checkpoint: "step-15" });
    for (const step of believableRun({ steps: 20 }))
      if (step.event === "step" && step.step > 15 && step.step < 19) show(step);
    expect(clock.ms).toBe(12_000);
    expect(lines(sent)).toContain("goes on after step 15");
    expect(bars(sent).at(-1)).toMatch(/18\/20 .* 8 s left/);
  });

  test("leaves the screen empty below its lines when it stops", () => {
    const { sent, view } = watch({ messages: believableRun().slice(0, 9) });
    view.stop();
    expect(sent.at(-1)).toBe("\r\u001b[K");
  });

  test.for([30, 80, 200])("stays in lines of %i columns where it has a bar", (columns) => {
    const { sent } = watch({ columns });
    for (const bar of bars(sent))
      expect(columnsOf(bar.replace("\r", "").replace("\u001b[K", ""))).toBeLessThan(columns);
  });

  test("lets no name drive the terminal", () => {
    const [start] = believableRun();
    if (start?.event !== "start") throw new Error("it begins with a start");
    const { sent } = watch({
      messages: [{ ...start, model: { ...start.model, name: "x\u001b[2J" } }],
    });
    expect(sent.join("")).not.toContain("\u001b[2J");
  });
});
