/**
 * @file Ollama's messages as chat messages. Its tool calls need no ids: a tool's answer belongs to
 * the first call of its name that has none yet, or to the first of all.
 */
import type { OllamaMessage, OllamaToolCall } from "../../protocol/ollama.ts";
import type { ChatRequestInput } from "../../protocol/openai.ts";
import { userContent } from "./user-content.ts";

type ChatMessageInput = ChatRequestInput["messages"][number];
type Open = { id: string; name: string };

export function toChatMessages(messages: readonly OllamaMessage[]): ChatMessageInput[] {
  const open: Open[] = [];
  return messages.map((message, at) => {
    if (message.role === "tool") return toToolMessage(message, open);
    if (message.role === "assistant") return toAssistant(message, at, open);
    const { role, content, images } = message;
    return role === "user" ? { role, content: userContent(content, images) } : { role, content };
  });
}

function toToolMessage(message: OllamaMessage, open: Open[]): ChatMessageInput {
  const { tool_call_id, tool_name, content } = message;
  const isMeant = ({ id, name }: Open) => (tool_call_id ? id === tool_call_id : name === tool_name);
  const index = Math.max(0, open.findIndex(isMeant));
  const [call] = open.splice(index, 1);
  return { role: "tool", tool_call_id: tool_call_id || call?.id || "call", content };
}

function toAssistant(
  { content, thinking, tool_calls }: OllamaMessage,
  at: number,
  open: Open[],
): ChatMessageInput {
  const calls = (tool_calls ?? []).map((call, i) => toCall(call, `call_${at}_${i}`));
  open.push(...calls.map(({ id, function: { name } }) => ({ id, name })));
  return {
    role: "assistant",
    content,
    ...(thinking && { reasoning_content: thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function toCall({ id, function: { name, arguments: given } }: OllamaToolCall, ownId: string) {
  const called = { name, arguments: JSON.stringify(given ?? {}) };
  return { id: id || ownId, type: "function" as const, function: called };
}
