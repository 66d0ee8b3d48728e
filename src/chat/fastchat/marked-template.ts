/**
 * @file The template by which FastChat's servers are told to write conversations for a model that
 * reads messages: one whose prompts can be read back, with marks that nobody writes by chance.
 */
import type { PromptTemplate } from "./conversation-template.ts";

export const markedTemplate: PromptTemplate = {
  name: "fastchat-messages",
  style: "NO_COLON_SINGLE",
  systemTemplate: "<|message:system|>{system_message}",
  system: "",
  roles: ["<|message:user|>", "<|message:assistant|>"],
  preset: [],
  sep: "",
  sep2: "",
  stop: [],
  stopTokens: [],
};
