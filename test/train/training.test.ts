/** @file Whole runs in their own process: what a step is, when a run ends, what it begins with. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import { describeModel } from "../../src/llama/model-description.ts";
import { TrainConfig, type TrainMessage } from "../../src/protocol/training.ts";
import { readHistory } from "../../src/train/report/run-history.ts";
import { runTraining } from "../../src/train/run.ts";
import { tinyModel } from "../support/tiny-models.ts";

const folder = mkdtempSync(join(tmpdir(), "training-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let runs = 0;

function writeLessons(answers: readonly string[]): string {
  const path = join(folder, `lessons-${++runs}.jsonl`);
  const rows = answers.map((answer, i) => ({
    messages: [
      { role: "user", content: `What is number ${i}?` },
      { role: "assistant", content: answer },
      { role: "user", content: "And again?" },
      { role: "assistant", content: `${answer} Again.` },
    ],
  }));
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return path;
}

const lessons = writeLessons("one two three four five six seven eight".split(" "));

async function run(settings: Partial<z.input<typeof TrainConfig>>) {
  const output = join(folder, `run-${++runs}`);
  const config = TrainConfig.parse({
    model_path: settings.init ? null : tinyModel({ architecture: "qwen2" }),
    data: [{ path: lessons }],
    output,
    eval_split: 0,
    epochs: 2,
    context_size: 256,
    gpu: "cpu",
    threads: 1,
    ...settings,
  });
  const messages: TrainMessage[] = [];
  const end = await runTraining(config, {
    resume: false,
    signal: new AbortController().signal,
    onMessage: (message) => messages.push(message),
  });
  const history = readHistory(output);
  if (history === undefined) throw new Error("the run has no history");
  return { end, history, output, messages };
}

describe("a step", () => {
  test("has the same loss and gradient however its conversations fall into rows", async () => {
    const settings = { max_steps: 1, batch_tokens: 65_536, lora_dropout: 0 };
    const packed = await run(settings);
    const apart = await run({ ...settings, packing: false });
    const [one, other] = [packed.history.steps[0], apart.history.steps[0]];
    expect(packed.history.start.data.rows).toBeLessThan(apart.history.start.data.rows);
    expect(other?.supervised_tokens).toBe(one?.supervised_tokens);
    expect((other?.loss ?? 0) / (one?.loss ?? 0)).toBeCloseTo(1, 6);
    expect((other?.grad_norm ?? 0) / (one?.grad_norm ?? 0)).toBeCloseTo(1, 4);
  }, 30_000);

  test("learns from the last answers alone where it is told to", async () => {
    const all = await run({ max_steps: 1, batch_tokens: 65_536 });
    const last = await run({ max_steps: 1, batch_tokens: 65_536, supervise: "last" });
    const counts = [all, last].map(({ history }) => history.steps[0]?.supervised_tokens ?? 0);
    expect(counts[1]).toBeGreaterThan(0);
    expect(counts[1]).toBeLessThan((counts[0] ?? 0) * 0.8);
  }, 30_000);

  test("is the same with recomputation and without, with dropout, to the last digit", async () => {
    const settings = { max_steps: 3, batch_tokens: 128, lora_dropout: 0.2, learning_rate: 0.01 };
    const kept = await run({ ...settings, gradient_checkpointing: false });
    const again = await run({ ...settings, gradient_checkpointing: true });
    const losses = ({ history }: typeof kept) => history.steps.map(({ loss }) => loss);
    expect(losses(again)).toEqual(losses(kept));
  }, 30_000);
});

describe("a run", () => {
  test("stops when it gets no better, and leaves what was best", async () => {
    const other = writeLessons("red green blue black white grey pink brown".split(" "));
    const { end, history, output, messages } = await run({
      eval_data: other,
      method: "full",
      learning_rate: 0.02,
      epochs: 200,
      eval_every: 5,
      patience: 2,
    });
    expect(end.reason).toBe("early");
    expect(end.step).toBeLessThan(history.start.steps);
    const best = history.evaluations.findLast((evaluation) => evaluation.best);
    expect(history.evaluations.at(-1)?.loss).toBeGreaterThan(best?.loss ?? Infinity);
    expect(messages).toContainEqual({
      event: "notice",
      sentence: expect.stringContaining(`step ${best?.step}`),
    });
    expect(readdirSync(join(output, "checkpoints"))).toContain("best.gguf");
  }, 60_000);

  test("keeps as many checkpoints as it is told to", async () => {
    const { output } = await run({ epochs: 6, save_every: 1, keep_checkpoints: 3 });
    const kept = readdirSync(join(output, "checkpoints")).filter((name) => /^step-/.test(name));
    expect(kept).toHaveLength(3);
  }, 30_000);

  test("makes a model from nothing, in the formats it is asked for", async () => {
    const { end, history, output } = await run({
      init: {
        ...{ name: "newborn", vocabulary_size: 300, context_length: 256 },
        ...{ layers: 1, embedding_length: 64, heads: 2, kv_heads: 1, feed_forward: 64 },
      },
      method: "full",
      epochs: 60,
      learning_rate: 0.01,
      quantize: ["Q8_0"],
    });
    expect(end.outputs).toEqual(["model-f32.gguf", "model-q8_0.gguf"]);
    expect(history.steps.at(-1)?.loss).toBeLessThan((history.steps[0]?.loss ?? 0) / 5);
    const { name, fileType, chatTemplate } = describeModel(
      readGguf(join(output, "model-q8_0.gguf")),
    );
    expect({ name, fileType }).toEqual({ name: "newborn", fileType: "Q8_0" });
    expect(chatTemplate).toContain("<|im_start|>");
    expect(readFileSync(join(output, "metrics.jsonl"), "utf8")).toContain('"event":"end"');
  }, 60_000);
});
