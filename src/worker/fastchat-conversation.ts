/**
 * @file The template by which FastChat's servers write this model's prompts. Which it is and how well
 * it does is one line in the log, when it is first asked for.
 */
import type { ChatFormat } from "../chat/chat-format.ts";
import type { PromptTemplate } from "../chat/fastchat/conversation-template.ts";
import { isFastChats } from "../chat/fastchat/fastchat-format.ts";
import { type Fit, nearestTemplate } from "../chat/fastchat/nearest-template.ts";
import { knownTemplate } from "./chat-format-choice.ts";

type Conversation = {
  format: ChatFormat;
  /** What the model may be known by. */
  names: readonly string[];
  /** The vocabulary's spelling; empty where it has none. */
  bos: string;
  log?: ((line: string) => void) | undefined;
};

/** Found out once, at the first call. */
export function fastChatConversation(model: Conversation): () => Promise<PromptTemplate> {
  let found: Promise<PromptTemplate> | undefined;
  return () => {
    found ??= find(model);
    return found;
  };
}

async function find({ format, names, bos, log }: Conversation): Promise<PromptTemplate> {
  if (isFastChats(format)) return format.conversation;
  const preferred = knownTemplate(names)?.template.name;
  const { template, fit } = await nearestTemplate(format, { bos, preferred });
  log?.(
    `FastChat's servers are told to write prompts by its template '${template.name}': ${words[fit]}`,
  );
  return template;
}

const words: Record<Fit, string> = {
  all: "they are the model's own, word for word",
  "with-system": "the model's own, where a conversation has a system message",
  "without-system": "the model's own, where a conversation has no system message",
  none: "none of them writes the model's own; this one comes nearest",
};
