/** @file What a conversation template of FastChat's says: its words, and the style that joins them. */
import type { SeparatorStyle } from "./separator-styles.ts";

export type ConversationTemplate = {
  name: string;
  /** How messages are joined; null where a model sits behind an API, which takes no prompt. */
  style: SeparatorStyle | null;
  /** What stands around the system message; where it has no place, the message is left out. */
  systemTemplate: string;
  /** The system message of a conversation that brings none. */
  system: string;
  /** What the user and the assistant are called. */
  roles: readonly [user: string, assistant: string];
  /** Messages of an example that every conversation begins with, the user's first. */
  preset: readonly string[];
  sep: string;
  /** Behind the assistant's messages, where the style tells them from the user's. */
  sep2: string;
  /** Texts that end an answer. */
  stop: readonly string[];
  /** Tokens that end an answer, by their ids in the vocabulary that the template was made for. */
  stopTokens: readonly number[];
};

/** A template that can write a prompt. */
export type PromptTemplate = ConversationTemplate & { style: SeparatorStyle };

export function writesPrompts(template: ConversationTemplate): template is PromptTemplate {
  return template.style !== null;
}
