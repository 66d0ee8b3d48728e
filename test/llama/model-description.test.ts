/** @file What a file's metadata says about its model. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import { float32, type GgufValue, int32s, text, uint32 } from "../../src/llama/gguf-value.ts";
import { writeGguf } from "../../src/llama/gguf-writer.ts";
import { describeModel } from "../../src/llama/model-description.ts";

const folder = mkdtempSync(join(tmpdir(), "description-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "model.gguf");

function describeMetadata(metadata: Record<string, GgufValue>) {
  writeGguf(path, { metadata: new Map(Object.entries(metadata)), tensors: [] });
  return describeModel(readGguf(path));
}

test("a model is described by its own architecture's keys", () => {
  writeTinyModel(path, { architecture: "qwen2", weightType: "Q8_0", contextLength: 1024 });
  const description = describeModel(readGguf(path));
  expect(description).toMatchObject({
    architecture: "qwen2",
    type: "model",
    name: "tiny",
    contextLength: 1024,
    embeddingLength: 64,
    layers: 2,
    fileType: "Q8_0",
    sampling: {},
    tokenizer: { model: "gpt2", pre: "qwen2", eosToken: "<|im_end|>", addBos: false },
  });
  expect(description.chatTemplate).toContain("<|im_start|>");
  expect(description.poolingType).toBeUndefined();
  const { vocabularySize } = description.tokenizer;
  const layer = 64 * (64 + 32 + 32) + 128 + 64 * 64 + 3 * 64 * 128 + 2 * 64;
  expect(description.parameterCount).toBe(2 * 64 * vocabularySize + 64 + 2 * layer);
});

test("recommended sampling goes by a request's names, without what no request may say", () => {
  const { sampling } = describeMetadata({
    "general.sampling.temp": float32(0.5),
    "general.sampling.top_k": { type: "int32", value: 20 },
    "general.sampling.penalty_repeat": float32(1.25),
    "general.sampling.top_p": float32(7),
    "general.sampling.min_p": text("no number"),
  });
  expect(sampling).toEqual({ temperature: 0.5, top_k: 20, repeat_penalty: 1.25 });
});

test("named chat templates stand beside the usual one", () => {
  const { chatTemplate, chatTemplates } = describeMetadata({
    "tokenizer.chat_template": text("usual"),
    "tokenizer.chat_template.tool_use": text("tools"),
  });
  expect([chatTemplate, chatTemplates]).toEqual(["usual", { tool_use: "tools" }]);
});

test("values of the wrong type and ids out of range are as good as absent", () => {
  const description = describeMetadata({
    "general.architecture": uint32(1),
    "general.name": int32s([1]),
    "general.file_type": uint32(999),
    "tokenizer.ggml.eos_token_id": uint32(2 ** 32 - 1),
  });
  expect(description.architecture).toBe("unknown");
  expect(description.name).toBeUndefined();
  expect(description.fileType).toBeUndefined();
  expect(description.tokenizer.eosToken).toBeUndefined();
});

test.for([
  [{ "llama.rope.scaling.type": text("yarn") }, true],
  [{ "llama.rope.scaling.yarn_ext_factor": float32(1) }, true],
  [{ "llama.rope.scaling.type": text("linear") }, false],
  [{}, false],
] as const)("a file with %j asks for YaRN: %s", ([keys, asks]) => {
  const metadata = { "general.architecture": text("llama"), ...keys };
  expect(describeMetadata(metadata).yarn).toBe(asks);
});
