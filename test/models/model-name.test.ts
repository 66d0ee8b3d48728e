/** @file The names under which models are served. */
import { expect, test } from "vitest";
import { modelName } from "../../src/models/model-name.ts";

test.for([
  ["/models/Qwen2.5-0.5B-Instruct-Q8_0.gguf", undefined, "Qwen2.5-0.5B-Instruct-Q8_0"],
  ["big-Q4_K_M-00001-of-00003.gguf", undefined, "big-Q4_K_M"],
  ["C:\\models\\phi-3.GGUF", undefined, "phi-3"],
  ["hf_bartowski_Llama-3.2-1B-Instruct.Q4_K_M.gguf", undefined, "Llama-3.2-1B-Instruct.Q4_K_M"],
  ["/models/vicuna-7b-v1.5", "ignored", "vicuna-7b-v1.5"],
  ["/x/model.gguf", "Tiny Model 1.1B", "Tiny-Model-1.1B"],
  ["/x/model.gguf", undefined, "model"],
  ["/x/.gguf", undefined, "model"],
] as const)("%s (%s) is served as %s", ([path, metadataName, name]) => {
  expect(modelName(path, metadataName)).toBe(name);
});
