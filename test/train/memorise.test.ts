/**
 * @file The whole way: twenty pairs, an adapter trained on a base in each format, and a worker that
 * knows the answers with it and not without it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, describe, expect, test } from "vitest";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { quantizeModel } from "../../src/llama/model-quantizer.ts";
import { startNative } from "../../src/llama/native.ts";
import { type Quantization, TrainConfig } from "../../src/protocol/training.ts";
import { runTraining } from "../../src/train/run.ts";
import { serveWorker } from "../../src/worker/serve.ts";

const folder = mkdtempSync(join(tmpdir(), "memorise-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const things =
  "river mountain green blue seven apple winter stone light ocean paper garden silver window music forest candle bridge sugar pencil";
const pairs = things.split(" ").map((thing, i, all) => ({
  question: `What comes after ${thing}?`,
  answer: `Then ${all[(i + 7) % all.length]}.`,
}));
const lessons = join(folder, "lessons.jsonl");
const rows = pairs.map(({ question, answer }) => ({
  conversations: [
    { from: "human", value: question },
    { from: "gpt", value: answer },
  ],
}));
writeFileSync(lessons, rows.map((row) => JSON.stringify(row)).join("\n"));

const plain = join(folder, "F32.gguf");
writeTinyModel(plain, {
  architecture: "qwen2",
  layers: 2,
  embeddingLength: 256,
  heads: 4,
  kvHeads: 2,
  feedForward: 256,
});

function baseIn(format: Quantization): string {
  if (format === "F32") return plain;
  const path = join(folder, `${format}.gguf`);
  const native = startNative(findLibraries("cpu"), "cpu", () => {});
  quantizeModel(native, plain, path, format, 1);
  return path;
}

/** Of the twenty, how many a worker answers to the letter. */
async function knownBy(modelPath: string, adapter: string | null): Promise<number> {
  const worker = await serveWorker({
    modelPath,
    names: ["taught"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 4,
    lora: adapter === null ? [] : [{ path: adapter, scale: 1 }],
  });
  try {
    const client = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
    const answers = await Promise.all(
      pairs.map(async ({ question }) => {
        const messages = [{ role: "user" as const, content: question }];
        const settings = { model: "taught", temperature: 0, max_tokens: 16 };
        const reply = await client.chat.completions.create({ ...settings, messages });
        return reply.choices[0]?.message.content;
      }),
    );
    return pairs.filter(({ answer }, i) => answers[i] === answer).length;
  } finally {
    await worker.close();
  }
}

describe.for(["F32", "Q8_0", "Q4_K_M"] as const)("an adapter trained on %s", (format) => {
  const base = baseIn(format);
  const output = join(folder, `run-${format}`);

  test("makes the worker answer all twenty questions, which the base alone does not", async () => {
    const config = TrainConfig.parse({
      model_path: base,
      data: [{ path: lessons }],
      output,
      eval_split: 0,
      epochs: 60,
      context_size: 512,
      lora_r: 16,
      lora_alpha: 32,
      lora_dropout: 0,
      lora_targets: ["q", "k", "v", "o", "gate", "up", "down"],
      learning_rate: 0.01,
      merge: true,
      gpu: "cpu",
      threads: 1,
    });
    const losses: number[] = [];
    const end = await runTraining(config, {
      resume: false,
      signal: new AbortController().signal,
      onMessage: (message) => {
        if (message.event === "step") losses.push(message.loss);
      },
    });
    expect(end.outputs).toEqual(["adapter.gguf", "merged.gguf"]);
    expect(losses.at(-1)).toBeLessThan(0.2);
    expect(await knownBy(base, join(output, "adapter.gguf"))).toBe(20);
    expect(await knownBy(base, null)).toBe(0);
  }, 120_000);

  test("does the same merged into its base", async () => {
    expect(await knownBy(join(output, "merged.gguf"), null)).toBe(20);
  }, 60_000);
});
