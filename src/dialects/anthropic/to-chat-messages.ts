/**
 * @file Anthropic's messages as chat messages: there a tool's result is part of the user's message,
 * here it is a message of its own, before what the user says beside it.
 */
import type { AnthropicBlock, AnthropicMessage, AnthropicText } from "../../protocol/anthropic.ts";
import type { ChatRequestInput } from "../../protocol/openai.ts";

type ChatMessageInput = ChatRequestInput["messages"][number];

export function toChatMessages(messages: readonly AnthropicMessage[]): ChatMessageInput[] {
  return joined(messages.flatMap(toMessages));
}

export function toText(text: AnthropicText | null | undefined): string {
  if (text == null || typeof text === "string") return text ?? "";
  return text.map((block) => block.text).join("\n");
}

function toMessages({ role, content }: AnthropicMessage): ChatMessageInput[] {
  const blocks: AnthropicBlock[] =
    typeof content === "string" ? [{ type: "text", text: content }] : content;
  if (role === "assistant") return [toAssistant(blocks)];
  const results = blocks.flatMap((block) =>
    block.type === "tool_result" ? [toToolMessage(block)] : [],
  );
  const text = textOf(blocks);
  // A message is never lost, even where nothing of it can be read.
  if (text === null && results.length > 0) return results;
  return [...results, { role, content: text ?? "" }];
}

/** A failed call says so; the model would not know otherwise. */
function toToolMessage(block: Extract<AnthropicBlock, { type: "tool_result" }>): ChatMessageInput {
  const text = toText(block.content);
  const content = block.is_error ? `Error: ${text}` : text;
  return { role: "tool", tool_call_id: block.tool_use_id, content };
}

function toAssistant(blocks: readonly AnthropicBlock[]): ChatMessageInput {
  const calls = blocks.flatMap((block) => (block.type === "tool_use" ? [toCall(block)] : []));
  const thoughts = blocks.flatMap((block) => (block.type === "thinking" ? [block.thinking] : []));
  return {
    role: "assistant",
    content: textOf(blocks),
    ...(thoughts.length > 0 && { reasoning_content: thoughts.join("\n") }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function toCall({ id, name, input }: Extract<AnthropicBlock, { type: "tool_use" }>) {
  return { id, type: "function" as const, function: { name, arguments: JSON.stringify(input) } };
}

function textOf(blocks: readonly AnthropicBlock[]): string | null {
  const texts = blocks.flatMap((block) => (block.type === "text" ? [block.text] : []));
  return texts.length === 0 ? null : texts.join("\n");
}

/** Two messages of the user's in a row are one turn; most chat templates know no other. */
function joined(messages: readonly ChatMessageInput[]): ChatMessageInput[] {
  const turns: ChatMessageInput[] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (message.role === "user" && last?.role === "user")
      turns[turns.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` };
    else turns.push(message);
  }
  return turns;
}
