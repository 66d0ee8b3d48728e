import { describe, expect, test } from "vitest";
import { leaksIdentity } from "../../../src/arena/vote/identity-leak.ts";

const nothing = { licence: null, link: null, price_input: null, price_output: null };
const model = (name: string, organisation: string | null = null) => ({
  ...nothing,
  ...{ name, organisation, context: null, knowledge_cutoff: null, vision: false },
});
const models = [
  model("Qwen/Qwen2.5-0.5B-Instruct", "Alibaba"),
  model("llama-3.2-1b"),
  model("fastchat-tiny"),
  model("palm-2"),
];

describe("leaksIdentity", () => {
  test.for([
    "I am Qwen, a large language model.",
    "Made by ALIBABA!",
    "As Qwen2.5 I know that.",
    "I'm Llama.",
    "My name is fastchat-tiny.",
    "I am FastChat.",
    "palm: that is me",
  ])("finds the names that are here: %s", (text) => {
    expect(leaksIdentity(["nothing", text], models)).toBe(true);
  });

  test.for([
    "Napalm and palms are no names, and llamas are animals.",
    "I am ChatGPT by OpenAI.",
    "A tiny, instructive chat on the base of it.",
    "",
  ])("leaves other words alone: %s", (text) => {
    expect(leaksIdentity([text], models)).toBe(false);
  });

  test("knows nobody without models", () => {
    expect(leaksIdentity(["I am Qwen"], [])).toBe(false);
  });
});
