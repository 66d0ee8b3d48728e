/** @file What FastChat itself makes of three conversations with each of its templates. */
import { readFileSync } from "node:fs";
import type { ChatMessage } from "../../../src/protocol/openai.ts";

type GoldenConversation = { system: string | null; messages: (string | null)[] };
type GoldenTemplate = {
  stop_str: string | string[] | null;
  stop_token_ids: number[] | null;
  prompts: Record<string, string | null>;
};
type Golden = {
  separator_styles: Record<string, number>;
  conversations: Record<string, GoldenConversation>;
  templates: Record<string, GoldenTemplate>;
};
type GoldenModels = {
  adapter_registration_order: string[];
  /** Adapter and template; an error, where it begins with `!`. */
  models: Record<string, [adapter: string, template: string]>;
};

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), "utf8"));

export const golden: Golden = read("fastchat-templates.json");
export const goldenModels: GoldenModels = read("fastchat-templates-by-model.json");

/** As OpenAI messages; the answer that is asked for comes last and is null. */
function toMessages({ system, messages }: GoldenConversation): ChatMessage[] {
  const turns = messages.map((content, index): ChatMessage => {
    if (index % 2 === 1) return { role: "assistant", content };
    return { role: "user", content: content ?? "" };
  });
  return system === null ? turns : [{ role: "system", content: system }, ...turns];
}

/** Each template's prompt of each conversation, but for the template that has none. */
export const goldenPrompts = Object.entries(golden.templates).flatMap(([name, { prompts }]) =>
  Object.entries(golden.conversations).flatMap(([id, conversation]) => {
    const prompt = prompts[id];
    return prompt == null ? [] : [{ name, id, messages: toMessages(conversation), prompt }];
  }),
);
