/**
 * @file The items of a response's conversation as chat messages: thoughts and calls are items of
 * their own there, and parts of the assistant's message here.
 */
import type { ChatRequestInput } from "../../protocol/openai.ts";
import type { InputItem, ItemContent } from "../../protocol/responses.ts";

type ChatMessageInput = ChatRequestInput["messages"][number];
type Assistant = Extract<ChatMessageInput, { role: "assistant" }>;

export function toChatMessages(items: readonly InputItem[]): ChatMessageInput[] {
  const messages: ChatMessageInput[] = [];
  for (const item of items) {
    const part = assistantPart(item);
    if (part === null) messages.push(toMessage(item));
    else addToTurn(messages, part);
  }
  return messages;
}

/** What the item adds to a turn of the assistant's; null where it is not the assistant's. */
function assistantPart(item: InputItem): Partial<Assistant> | null {
  if (item.type === "reasoning") return { reasoning_content: thoughtOf(item) };
  if (item.type === "function_call") {
    const { call_id, name, arguments: text } = item;
    return {
      tool_calls: [{ id: call_id, type: "function", function: { name, arguments: text } }],
    };
  }
  const isAnswer = item.type === "message" && item.role === "assistant";
  return isAnswer ? { content: textOf(item.content) } : null;
}

function toMessage(item: InputItem): ChatMessageInput {
  if (item.type === "function_call_output")
    return { role: "tool", tool_call_id: item.call_id, content: textOf(item.output) };
  if (item.type !== "message" || item.role === "assistant")
    throw new Error(`An item of type ${item.type} is part of the assistant's turn.`);
  const { role, content } = item;
  return role === "user"
    ? { role, content: userContent(content) }
    : { role, content: textOf(content) };
}

type User = Extract<ChatMessageInput, { role: "user" }>;

/** One text where there is nothing else. */
function userContent(content: ItemContent): User["content"] {
  if (typeof content === "string" || !content.some(({ type }) => type === "input_image"))
    return textOf(content);
  return content.map((part) => {
    if (part.type !== "input_image") return { type: "text", text: textOf([part]) };
    const { image_url: url, detail } = part;
    return { type: "image_url", image_url: { url, ...(detail != null && { detail }) } };
  });
}

/** A thought opens a turn, and so does a second text; calls join the turn they stand behind. */
function addToTurn(messages: ChatMessageInput[], part: Partial<Assistant>): void {
  const last = messages.at(-1);
  const isOpen =
    last?.role === "assistant" &&
    part.reasoning_content === undefined &&
    (part.content === undefined || (last.content == null && !last.tool_calls));
  if (!isOpen) {
    messages.push({ role: "assistant", ...part });
    return;
  }
  const calls = [...(last.tool_calls ?? []), ...(part.tool_calls ?? [])];
  messages[messages.length - 1] = {
    ...last,
    ...part,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function thoughtOf({ summary, content }: Extract<InputItem, { type: "reasoning" }>): string {
  const parts = content?.length ? content : (summary ?? []);
  return parts.map(({ text }) => text).join("\n");
}

function textOf(content: ItemContent): string {
  return typeof content === "string" ? content : content.map(partText).join("\n");
}

function partText(part: Exclude<ItemContent, string>[number]): string {
  if (part.type === "input_image") throw new Error("Only a user's message has pictures.");
  return part.type === "refusal" ? part.refusal : part.text;
}
