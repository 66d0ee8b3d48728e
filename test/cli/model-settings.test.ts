/** @file A model's settings survive the way from models.yaml through a child's argv to its options. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { FlagError } from "../../src/cli/flag-error.ts";
import { addLora } from "../../src/cli/lora-flag.ts";
import { fromFlags, idleFlags, toFlags } from "../../src/cli/model-flags.ts";
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
    const options = toWorkerOptions({ ...everything, chat_template: null, lora_dir: null });
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
    const model = { ...everything, conv_template: null, chat_template: null, lora_dir: null };
    const options = toWorkerOptions({ ...model, cache_type_k: "auto", cache_type_v: "auto" });
    expect(options).toMatchObject({ kvType: "q8_0", valueType: "q8_0" });
  });

  test("takes a folder of adapters that is there", () => {
    const lora_dir = fileURLToPath(new URL(".", import.meta.url));
    const model = ModelConfig.parse({ path: "m.gguf", lora_dir });
    expect(toWorkerOptions(model).loraDir).toBe(lora_dir);
    expect(() => toWorkerOptions({ ...model, lora_dir: "/adapters, all" })).toThrow(
      "There is no folder '/adapters, all' for the adapters of --lora-dir.",
    );
  });

  test("takes --rope-freq-scale as llama.cpp does", () => {
    const model = ModelConfig.parse({ path: "m.gguf", rope_freq_scale: 0.125 });
    expect(toWorkerOptions(model).rope).toEqual({ frequencyScale: 0.125 });
  });

  const withTemplates = (chat_template: string | null, conv_template: string | null) =>
    toWorkerOptions({ ...everything, lora_dir: null, chat_template, conv_template });

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
  ] as const)("refuses %s and %s: %s", ([chat, conversation, words]) => {
    expect(() => withTemplates(chat, conversation)).toThrow(words);
  });
});

describe("idleFlags", () => {
  const idle = (settings: Partial<ModelConfig>) =>
    idleFlags(ModelConfig.parse({ path: "m.gguf", ...settings }));

  test.for<[Partial<ModelConfig>, string]>([
    [{ draft_max: 4 }, "--draft-max' does nothing, since nothing drafts: add --draft-model FILE"],
    [{ prompt_cache_disk: 9 }, "--prompt-cache-disk' does nothing, since nothing is kept on disk"],
    [{ rope_scale: 4, rope_freq_scale: 0.25 }, "--rope-freq-scale' is 1 ÷ --rope-scale: give one"],
    [{ rope_scaling: "none", rope_scale: 4 }, "--rope-scale' goes with another scaling than"],
    [{ rope_scaling: "none", rope_freq_scale: 0.25 }, "--rope-freq-scale' goes with another"],
    [{ rope_scaling: "linear", yarn_beta_slow: 2 }, "--yarn-beta-slow' goes with --rope-scaling"],
    [{ rope_scaling: "none", yarn_ext_factor: 1 }, "--yarn-ext-factor' goes with --rope-scaling"],
    [{ main_gpu: 1 }, "--main-gpu' goes with --split-mode none or --split-mode row"],
    [{ split_mode: "none", tensor_split: [1, 2] }, "--tensor-split' is for a model on several"],
    [{ devices: ["CUDA0"], tensor_split: [1] }, "--tensor-split' is for a model on several"],
    [{ flash_attn: "off", kv_type: "q8_0" }, "--kv-type' may be quantised for the values with"],
    [{ flash_attn: "off", cache_type_v: "q4_0" }, "--cache-type-v' may be quantised for the"],
    [{ conv_template: "llama-2", chat_template: "x" }, "--conv-template' and --chat-template are"],
  ])("refuses %j", ([settings, words]) => {
    expect(() => idle(settings)).toThrow(FlagError);
    expect(() => idle(settings)).toThrow(`option '${words}`);
  });

  test.for<[Partial<ModelConfig>, string]>([
    [{ kv_type: "q8_0", cache_type_k: "f16", cache_type_v: "f16" }, "--kv-type' does nothing"],
    [{ gpu: "cpu", gpu_layers: 20 }, "--gpu-layers' does nothing, since --gpu cpu"],
    [{ devices: ["none"], split_mode: "row" }, "--split-mode' does nothing, since --gpu cpu or"],
    [{ limit_worker_concurrency: 4 }, "--limit-worker-concurrency' is less than --slots"],
  ])("remarks on %j", ([settings, words]) => {
    expect(idle(settings)).toEqual([expect.stringContaining(`option '${words}`)]);
  });

  test.for<Partial<ModelConfig>>([
    {},
    { draft_max: 4, draft_model: "d.gguf" },
    { draft_max: 4, speculative: "ngram" },
    { draft_max: 4, speculative: "none" },
    { prompt_cache_disk: 9, prompt_cache_dir: "cache" },
    { rope_scaling: "yarn", rope_scale: 4, yarn_orig_ctx: 4096 },
    { yarn_attn_factor: 2 },
    { split_mode: "none", main_gpu: 1 },
    { tensor_split: [3, 1] },
    { flash_attn: "off", kv_type: "q8_0", cache_type_v: "f16" },
    { flash_attn: "off", cache_type_k: "q8_0" },
    { gpu: "cpu", gpu_layers: 0 },
    { ...everything, chat_template: null, cache_type_v: "auto" },
  ])("has nothing against %j", (settings) => {
    expect(idle(settings)).toEqual([]);
  });
});

describe("addLora", () => {
  test.for([
    ["a.gguf", { path: "a.gguf", scale: 1 }],
    ["a.gguf=0.25", { path: "a.gguf", scale: 0.25 }],
    ["a.gguf=-1", { path: "a.gguf", scale: -1 }],
    ["a=b.gguf", { path: "a=b.gguf", scale: 1 }],
    ["a.gguf=1e-3", { path: "a.gguf", scale: 0.001 }],
    ["a=1=.5", { path: "a=1", scale: 0.5 }],
    ['{"path": "a.gguf", "name": "sql"}', { path: "a.gguf", scale: 1, name: "sql" }],
  ] as const)("reads %s", ([text, lora]) => {
    expect(addLora(text)).toEqual([lora]);
  });

  test.for([
    ["{path: a.gguf}", "must be FILE, FILE=SCALE or"],
    ['{"path": "a.gguf", "title": "sql"}', "has a wrong title: unknown key"],
    ['{"name": "sql"}', "has a wrong path: is missing"],
    ["a.gguf=99", "has a wrong scale: must be at most 10"],
    ["=1", "has a wrong path: must not be empty"],
    ["a.gguf=half", "has the scale 'half', which is no number"],
    ["a.gguf=1.2.3", "has the scale '1.2.3', which is no number"],
    ["a.gguf:0.5", "takes a scale after '=': a.gguf=0.5"],
    ["a.gguf,b.gguf", "takes one file; give it again for another"],
  ] as const)("refuses %s", ([text, words]) => {
    expect(() => addLora(text)).toThrow(`option '--lora' ${words}`);
  });
});
