/** @file A model's settings survive the way from models.yaml through a child's argv to its options. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { addLora } from "../../src/cli/lora-flag.ts";
import { fromFlags, toFlags } from "../../src/cli/model-flags.ts";
import { toWorkerOptions } from "../../src/cli/model-settings.ts";
import { workerCommand } from "../../src/cli/worker.ts";
import { ModelConfig } from "../../src/protocol/config.ts";

/** What the worker command makes of the flags, without running it. */
function parseFlags(flags: string[]): Record<string, unknown> {
  return workerCommand()
    .action(() => {})
    .parse(flags, { from: "user" })
    .opts();
}

const everything = ModelConfig.parse({
  path: "/models/with space,and comma.gguf",
  names: ["a/b:c", "one, two"],
  context_size: 4096,
  slots: 3,
  batch_size: 256,
  gpu: "vulkan",
  gpu_layers: 12,
  threads: 5,
  devices: ["CUDA0", "CUDA1"],
  split_mode: "row",
  tensor_split: [3, 0.5],
  main_gpu: 1,
  kv_type: "q8_0",
  cache_type_k: "q4_1",
  cache_type_v: "bf16",
  rope_scaling: "yarn",
  rope_scale: 4,
  rope_freq_base: 500_000,
  yarn_orig_ctx: 4096,
  yarn_ext_factor: 0.5,
  yarn_attn_factor: 1.25,
  yarn_beta_slow: 2,
  yarn_beta_fast: 16,
  flash_attn: "on",
  lora: [
    { path: "x=y.gguf", scale: 0.5 },
    { path: "z.gguf" },
    { path: "{braces}.gguf", scale: 1e-7 },
    { path: "a=1.gguf", scale: 0, name: 'sql, or "so"' },
  ],
  lora_dir: "/adapters, all",
  speculative: "ngram",
  draft_model: "hf:small/model",
  draft_max: 5,
  embedding: true,
  prompt_cache_dir: "/var/cache/with space=and",
  prompt_cache_disk: 77,
  chat_template: "template.jinja",
  conv_template: "vicuna_v1.1",
  limit_worker_concurrency: 99,
});

describe("toFlags", () => {
  test.for([ModelConfig.parse({ path: "m.gguf" }), everything])("reads back as %j", (model) => {
    expect(fromFlags(parseFlags(toFlags(model)))).toEqual(model);
  });
});

describe("toWorkerOptions", () => {
  test("leaves what is auto to the worker", () => {
    const options = toWorkerOptions(ModelConfig.parse({ path: "m.gguf" }));
    expect(options).toEqual({
      slots: 8,
      batchSize: 512,
      kvType: "f16",
      valueType: "f16",
      split: { splitMode: "layer", mainGpu: 0 },
      rope: {},
      promptCacheBytes: 256 * 2 ** 20,
      lora: [],
      embedding: false,
    });
  });

  test("names everything that is set", () => {
    const options = toWorkerOptions({ ...everything, chat_template: null });
    expect(options).toMatchObject({
      contextSize: 4096,
      gpuLayers: 12,
      threads: 5,
      split: { devices: ["CUDA0", "CUDA1"], splitMode: "row", tensorSplit: [3, 0.5], mainGpu: 1 },
      kvType: "q4_1",
      valueType: "bf16",
      rope: {
        scaling: "yarn",
        frequencyBase: 500_000,
        frequencyScale: 0.25,
        originalContext: 4096,
        extrapolation: 0.5,
        attentionFactor: 1.25,
        betaSlow: 2,
        betaFast: 16,
      },
      flashAttention: "on",
      promptCacheDisk: { folder: "/var/cache/with space=and", budgetBytes: 77 * 2 ** 20 },
      speculation: { ngram: true, draftModel: "hf:small/model", draftMax: 5 },
      limitConcurrency: 99,
      convTemplate: "vicuna_v1.1",
    });
  });

  test("takes --kv-type for keys and values that have no type of their own", () => {
    const model = { ...everything, conv_template: null, chat_template: null };
    const options = toWorkerOptions({ ...model, cache_type_k: "auto", cache_type_v: "auto" });
    expect(options).toMatchObject({ kvType: "q8_0", valueType: "q8_0" });
  });

  test.for([
    [{ rope_scale: 4, rope_freq_scale: 0.25 }, /give one of them/],
    [{ rope_scaling: "none", rope_scale: 4 }, /--rope-scaling none takes no/],
    [{ rope_scaling: "none", rope_freq_scale: 0.25 }, /--rope-scaling none takes no/],
  ] as const)("refuses %j", ([settings, words]) => {
    const model = ModelConfig.parse({ path: "m.gguf", ...settings });
    expect(() => toWorkerOptions(model)).toThrow(words);
  });

  test("takes --rope-freq-scale as llama.cpp does", () => {
    const model = ModelConfig.parse({ path: "m.gguf", rope_freq_scale: 0.125 });
    expect(toWorkerOptions(model).rope).toEqual({ frequencyScale: 0.125 });
  });

  const withTemplates = (chat_template: string | null, conv_template: string | null) =>
    toWorkerOptions({ ...everything, chat_template, conv_template });

  test("takes a chat template from its file, or FastChat's by its name", () => {
    const file = fileURLToPath(new URL("../fixtures/templates/vicuna.jinja", import.meta.url));
    expect(withTemplates(file, null).chatTemplate).toBe(readFileSync(file, "utf8"));
    expect(withTemplates("llama-2", null)).toMatchObject({ convTemplate: "llama-2" });
  });

  test.for([
    ["template.jinja", null, /no file 'template\.jinja', and FastChat has no template/],
    ["vicuna_v1", null, /did you mean 'vicuna_v1\.1'/],
    [null, "llama3", /FastChat has no template 'llama3': did you mean .*'llama-3'/],
    [null, "yandexgpt", /'yandexgpt' writes no prompts/],
    ["llama-2", "llama-2", /give --chat-template or --conv-template/],
  ] as const)("refuses %s and %s: %s", ([chat, conversation, words]) => {
    expect(() => withTemplates(chat, conversation)).toThrow(words);
  });
});

describe("addLora", () => {
  test.for([
    ["a.gguf", { path: "a.gguf", scale: 1 }],
    ["a.gguf=0.25", { path: "a.gguf", scale: 0.25 }],
    ["a.gguf=-1", { path: "a.gguf", scale: -1 }],
    ["a=b.gguf", { path: "a=b.gguf", scale: 1 }],
    ['{"path": "a.gguf", "name": "sql"}', { path: "a.gguf", scale: 1, name: "sql" }],
  ] as const)("reads %s", ([text, lora]) => {
    expect(addLora(text)).toEqual([lora]);
  });

  test.for(["{path: a.gguf}", '{"path": "a.gguf", "title": "sql"}', '{"name": "sql"}'])(
    "refuses %s",
    (text) => {
      expect(() => addLora(text)).toThrow(/must be FILE, FILE=SCALE or/);
    },
  );
});
