import { describe, expect, test } from "vitest";
import { closeNames } from "../../src/chat/close-names.ts";
import { templateNames } from "../../src/chat/fastchat/named-template.ts";

describe("closeNames", () => {
  test.for([
    ["vicuna", "vicuna_v1.1"],
    ["Vicuna-v1.1", "vicuna_v1.1"],
    ["llama2", "llama-2"],
    ["chatglm4", "chatglm"],
    ["tinyllama", "TinyLlama"],
  ] as const)("finds for %s among FastChat's templates: %s", ([wrong, right]) => {
    expect(closeNames(wrong, templateNames)).toContain(right);
  });

  test.for([
    ["qwen3-8b", "Qwen/Qwen3-8B"],
    ["gpt4o", "gpt-4o"],
    ["gpt-4o-mni", "gpt-4o-mini"],
  ] as const)("finds for the model %s: %s", ([wrong, right]) => {
    const models = ["Qwen/Qwen3-8B", "gpt-4o", "gpt-4o-mini", "deepseek-chat"];
    expect(closeNames(wrong, models)).toContain(right);
  });

  test("finds nothing for what is like none", () => {
    expect(closeNames("qqqqqqqqqqqq", templateNames)).toEqual([]);
  });
});
