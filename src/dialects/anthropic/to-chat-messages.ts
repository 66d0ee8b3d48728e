/**
 * @file Anthropic's messages as chat messages: there a tool's result is part of the user's message,
 * here it is a message of its own, before what the user says beside it. A picture among a tool's
 * results is shown by the user, since a tool's message is text alone.
 */
import type {
  AnthropicBlock,
  AnthropicImage,
  AnthropicMessage,
  AnthropicText,
} from "../../protocol/anthropic.ts";
import type { ChatRequestInput } from "../../protocol/openai.ts";

type ChatMessageInput = ChatRequestInput["messages"][number];
type UserMessage = Extract<ChatMessageInput, { role: "user" }>;
type UserPart = Exclude<UserMessage["content"], string>[number];

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
  if (role === "user" && blocks.some(isSeen))
    return [...results, { role, content: blocks.flatMap(toParts) }];
  const text = textOf(blocks);
  // A message is never lost, even where nothing of it can be read.
  if (text === null && results.length > 0) return results;
  return [...results, { role, content: text ?? "" }];
}

/** A picture, or a tool's result with one in it. */
function isSeen(block: AnthropicBlock): boolean {
  return block.type === "image" || (block.type === "tool_result" && imagesOf(block).length > 0);
}

function toParts(block: AnthropicBlock): UserPart[] {
  if (block.type === "text") return [{ type: "text", text: block.text }];
  if (block.type === "image") return [toPicture(block)];
  return block.type === "tool_result" ? imagesOf(block).map(toPicture) : [];
}

function toPicture({ source }: AnthropicImage): UserPart {
  const url =
    source.type === "url" ? source.url : `data:${source.media_type};base64,${source.data}`;
  return { type: "image_url", image_url: { url } };
}

type ToolResult = Extract<AnthropicBlock, { type: "tool_result" }>;

function imagesOf({ content }: ToolResult): AnthropicImage[] {
  if (content == null || typeof content === "string") return [];
  return content.flatMap((block) => (block.type === "image" ? [block] : []));
}

/** A failed call says so; the model would not know otherwise. */
function toToolMessage(block: ToolResult): ChatMessageInput {
  const { content: told } = block;
  const text = typeof told === "string" ? told : (textOf(told ?? []) ?? "");
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
      turns[turns.length - 1] = { ...last, content: together(last.content, message.content) };
    else turns.push(message);
  }
  return turns;
}

function together(
  first: UserMessage["content"],
  second: UserMessage["content"],
): UserMessage["content"] {
  if (typeof first === "string" && typeof second === "string") return `${first}\n\n${second}`;
  return [...partsOf(first), ...partsOf(second)];
}

function partsOf(content: UserMessage["content"]): UserPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}
