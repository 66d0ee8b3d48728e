import { describe, expect, test } from "vitest";
import { adapterRules } from "../../../src/chat/fastchat/adapter-rules.ts";
import { namedTemplate } from "../../../src/chat/fastchat/named-template.ts";
import { fastchatTemplateFor } from "../../../src/chat/fastchat/template-for-model.ts";
import { goldenModels } from "./golden-templates.ts";

const models = Object.entries(goldenModels.models);

describe("fastchatTemplateFor", () => {
  test("is checked with 300 models", () => {
    expect(models).toHaveLength(300);
  });

  test.for(models)("chooses for %s as FastChat does: %j", ([path, [adapter, template]]) => {
    const choice = fastchatTemplateFor(path);
    if (!template.startsWith("!")) expect(choice).toMatchObject({ adapter, template });
    else expect(choice).toMatchObject({ adapter, byRule: false }); // FastChat reads the adapter's files
  });

  test.for([
    ["vicuna-7b-v0.gguf", { template: "one_shot", byRule: true }],
    ["never-heard-of", { template: "one_shot", byRule: false }],
    ["pythia-70m", { template: "one_shot", byRule: false }],
    ["vicuna-7b-v1.5.Q4_K_M.gguf", { template: "vicuna_v1.1", byRule: true }],
  ] as const)("tells a rule's template from FastChat's last resort: %s", ([path, choice]) => {
    expect(fastchatTemplateFor(path)).toMatchObject(choice);
  });

  test("looks at a path's last part before the folders", () => {
    expect(fastchatTemplateFor("/models/alpaca/qwen-7b-chat/")).toMatchObject({
      adapter: "QwenChatAdapter",
    });
    expect(fastchatTemplateFor("/models/alpaca/q4.gguf")).toMatchObject({
      adapter: "AlpacaAdapter",
    });
  });
});

describe("adapterRules", () => {
  test("are FastChat's adapters in its order, but for the last, which takes every name", () => {
    const names = adapterRules.map(({ adapter }) => adapter);
    expect([...names, "BaseModelAdapter"]).toEqual(goldenModels.adapter_registration_order);
  });

  test("name templates that there are", () => {
    const named = adapterRules.flatMap(({ choices = [], template }) => [
      ...choices.map((choice) => choice.template),
      ...(template === undefined ? [] : [template]),
    ]);
    expect(named.filter((name) => namedTemplate(name) === undefined)).toEqual([]);
  });
});
