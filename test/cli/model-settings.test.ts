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
  kv_type: "q8_0",
  flash_attn: "on",
  lora: [
    { path: "x=y.gguf", scale: 0.5 },
    { path: "z.gguf" },
    { path: "a=1.gguf", scale: 0, name: 'sql, or "so"' },
  ],
  lora_dir: "/adapters, all",
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
      flashAttention: "on",
      promptCacheDisk: { folder: "/var/cache/with space=and", budgetBytes: 77 * 2 ** 20 },
      limitConcurrency: 99,
      convTemplate: "vicuna_v1.1",
    });
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
