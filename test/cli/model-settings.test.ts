/** @file A model's settings survive the way from models.yaml through a child's argv to its options. */
import { describe, expect, test } from "vitest";
import {
  addLora,
  fromFlags,
  type ModelFlags,
  toFlags,
  toWorkerOptions,
} from "../../src/cli/model-settings.ts";
import { workerCommand } from "../../src/cli/worker.ts";
import { ModelConfig } from "../../src/protocol/config.ts";

/** What the worker command makes of the flags, without running it. */
function parseFlags(flags: string[]): ModelFlags {
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
  lora: [{ path: "x=y.gguf", scale: 0.5 }, { path: "z.gguf" }],
  embedding: true,
  chat_template: "template.jinja",
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
      gpu: "auto",
      kvType: "f16",
      flashAttention: "auto",
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
      limitConcurrency: 99,
    });
  });

  test("names the template file that cannot be read", () => {
    expect(() => toWorkerOptions(everything)).toThrow(
      "Cannot read the chat template 'template.jinja'.",
    );
  });
});

describe("addLora", () => {
  test.for([
    ["a.gguf", { path: "a.gguf", scale: 1 }],
    ["a.gguf=0.25", { path: "a.gguf", scale: 0.25 }],
    ["a.gguf=-1", { path: "a.gguf", scale: -1 }],
    ["a=b.gguf", { path: "a=b.gguf", scale: 1 }],
  ] as const)("reads %s", ([text, lora]) => {
    expect(addLora(text)).toEqual([lora]);
  });
});
