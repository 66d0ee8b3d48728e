/** @file What a model learns from: a conversation, whichever format its file has. */
import { contentText } from "../protocol/content-text.ts";
import type { ChatMessage, Tool } from "../protocol/openai.ts";

export const conversationFormats = ["sharegpt", "openai", "alpaca"] as const;
export type ConversationFormat = (typeof conversationFormats)[number];

/**
 * A message as OpenAI has it, and how much its tokens count: 1 where nothing is said, 0 not at all.
 * Only what the assistant says is learned from. Content is one text: parts have been joined.
 */
export type LessonMessage = ChatMessage & { weight?: number };

export type Conversation = {
  id: string | null;
  messages: LessonMessage[];
  tools: Tool[] | null;
  /** Who answered, where the file says so. */
  model: string | null;
  /** As the file has it: a name or a code. */
  language: string | null;
  /** `chats.jsonl:12`, for messages to people. */
  place: string;
  /** How its row was written, where there was one. */
  format?: ConversationFormat;
  /** ChatGPT answered with the help of plugins, which a model that learns from it has not. */
  plugins?: true;
};

/** The text of a message; empty where an assistant only calls tools. */
export function textOf({ content }: Pick<LessonMessage, "content">): string {
  return contentText(content) ?? "";
}

/** The same message with another text. */
export function withText(message: LessonMessage, content: string): LessonMessage {
  return { ...message, content };
}
