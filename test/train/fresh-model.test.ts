/** @file Models to begin from nothing with: they load, know the data's words, and are the same for the same seed. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { templateFormat } from "../../src/chat/chat-template.ts";
import type { Conversation } from "../../src/data/conversation.ts";
import { answers } from "../../src/fresh/corpus.ts";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import { textOf } from "../../src/llama/gguf-value.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { Model } from "../../src/llama/model.ts";
import { type Native, startNative } from "../../src/llama/native.ts";
import { templateRenderer } from "../../src/llama/template-renderer.ts";
import { InitConfig } from "../../src/protocol/training.ts";
import { exampleMaker } from "../../src/train/examples/make-examples.ts";
import { writeFreshModel } from "../../src/train/fresh-model.ts";
import { decoded } from "../support/decoding.ts";

const folder = mkdtempSync(join(tmpdir(), "fresh-"));
const { render, close } = templateRenderer(findLibraries("cpu"));
let native: Native;
beforeAll(() => {
  native = startNative(findLibraries("cpu"), "cpu", () => undefined);
});
afterAll(() => {
  close();
  rmSync(folder, { recursive: true });
});

type Lesson = Pick<Conversation, "messages" | "tools" | "place">;
const lessons: Lesson[] = answers.map((content, row) => ({
  messages: [
    { role: "user", content: "Tell me about the sea and the sun." },
    { role: "assistant", content },
  ],
  tools: null,
  place: `lessons.jsonl:${row + 1}`,
}));

const small = { layers: 2, embedding_length: 64, heads: 4, kv_heads: 2, feed_forward: 96 };

function write(config: object = {}, { data = lessons, seed = 1 } = {}): string {
  const path = join(folder, "fresh.gguf");
  writeFreshModel(
    path,
    InitConfig.parse({ ...small, vocabulary_size: 500, ...config }),
    data,
    seed,
  );
  return path;
}

function load(path: string): Model {
  return new Model(native, path, { gpuLayers: 0 }, () => null);
}

/** The values of a tensor of the file. */
function tensor(path: string, name: string): Float32Array {
  const found = readGguf(path).tensors.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no tensor ${name}`);
  const bytes = readFileSync(path).subarray(found.offsetBytes, found.offsetBytes + found.sizeBytes);
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function deviation(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

describe("writeFreshModel", () => {
  test.for(["llama", "qwen2", "qwen3"])(
    "makes a %s that llama.cpp loads and decodes",
    (architecture) => {
      const model = load(write({ architecture, tied: architecture !== "qwen2" }));
      expect(model.trainedContext).toBe(1024);
      expect(decoded(native, model, "The sea is deep")).toBe("ok");
      model.free();
    },
  );

  test("learns its vocabulary from the data, and no more of it than it was told", () => {
    const model = load(write());
    expect(model.vocab.size).toBe(500);
    expect(model.vocab.tokenize(" the sun and the sea", false)).toHaveLength(5);
    expect(model.vocab.tokenize("assistant\n", false)).toHaveLength(2);
    model.free();
    const few = load(write({ vocabulary_size: 5000 }));
    expect(few.vocab.size).toBeLessThan(1500);
    few.free();
  });

  test("gives back any text, seen or not", () => {
    const model = load(write());
    for (const text of ["naïve 漢字 😀", "<|im_end|>\t\r\n", "zzz 123"])
      expect(model.vocab.detokenize(model.vocab.tokenize(text, false))).toBe(text);
    model.free();
  });

  test("has a template that its data can be learned and served with", async () => {
    const path = write();
    const { vocab, free } = { vocab: load(path).vocab, free: () => undefined };
    const template = textOf(readGguf(path).metadata, "tokenizer.chat_template") ?? "";
    const controlTokens = vocab.controlTokens();
    const format = templateFormat({ template, render, bosToken: "", eosToken: "", controlTokens });
    const make = await exampleMaker({ format, vocab, supervise: "all", contextSize: 1024 });
    const [example] = await make(lessons[0] as Lesson);
    const said = example?.tokens.filter((_, index) => (example.weights[index] ?? 0) > 0);
    expect(vocab.detokenize(said ?? [], true)).toBe(`${answers[0]}<|im_end|>`);
    free();
  });

  test("has a template with tools where the data has them", () => {
    const template = (path: string) => textOf(readGguf(path).metadata, "tokenizer.chat_template");
    const tool = { type: "function", function: { name: "clock" } } as const;
    const [first] = lessons;
    expect(template(write())).not.toContain("tools");
    expect(template(write({}, { data: [{ ...(first as Lesson), tools: [tool] }] }))).toContain(
      "tools",
    );
  });

  test("draws weights about as wide as the width asks for, norms at one", () => {
    const path = write({ embedding_length: 128, layers: 8 });
    expect(deviation(tensor(path, "token_embd.weight"))).toBeCloseTo(Math.sqrt(2 / 640), 3);
    expect(deviation(tensor(path, "blk.3.ffn_gate.weight"))).toBeCloseTo(Math.sqrt(2 / 640), 3);
    expect(deviation(tensor(path, "blk.3.ffn_down.weight"))).toBeCloseTo(Math.sqrt(2 / 640) / 4, 3);
    expect(new Set(tensor(path, "blk.3.ffn_norm.weight"))).toEqual(new Set([1]));
  });

  test("writes the same bytes for the same seed, and others for another", () => {
    const bytesOf = (seed: number) => readFileSync(write({}, { seed }));
    const first = bytesOf(7);
    expect(bytesOf(7).equals(first)).toBe(true);
    expect(bytesOf(8).equals(first)).toBe(false);
  });

  test.for([
    [{ heads: 3 }, "init: embedding_length 64 is not an even number for each of 3 heads"],
    [{ heads: 64, kv_heads: 1 }, "init: embedding_length 64 is not an even number"],
    [{ kv_heads: 3 }, "init: heads 4 is not a multiple of kv_heads 3"],
  ] as const)("refuses %j", ([config, sentence]) => {
    expect(() => write(config)).toThrow(sentence);
  });
});
