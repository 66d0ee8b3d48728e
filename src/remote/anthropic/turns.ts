/**
 * @file A conversation of ours as Anthropic's: what the system says stands apart, a tool's result
 * is part of the user's turn, and turns alternate.
 *
 * Thoughts of earlier answers come back with their calls, where those are remembered: Anthropic takes
 * none without its signature, which OpenAI's messages have no place for. All others are left out.
 */
import { toArguments } from "../../dialects/tool-arguments.ts";
import type { ChatMessage, ToolCall } from "../../protocol/openai.ts";
import type { SignedCalls, Thought } from "./signed-calls.ts";

type Source = { type: "base64"; media_type: string; data: string } | { type: "url"; url: string };
type Block =
  | Thought
  | { type: "text"; text: string }
  | { type: "image"; source: Source }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown> }
  | { type: "tool_result"; tool_use_id: string; content?: string };
export type Turn = { role: "user" | "assistant"; content: Block[] };
type Content = ChatMessage["content"];

export function toSystem(messages: readonly ChatMessage[]): string {
  return messages
    .filter(({ role }) => role === "system" || role === "developer")
    .flatMap(({ content }) => textBlocks(content).map(({ text }) => text))
    .join("\n\n");
}

export function toTurns(messages: readonly ChatMessage[], calls: SignedCalls): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const turn = toTurn(message, calls);
    if (turn === null || turn.content.length === 0) continue; // an empty turn is refused there
    const last = turns.at(-1);
    if (last?.role === turn.role) last.content = ordered([...last.content, ...turn.content]);
    else turns.push(turn);
  }
  trimEnd(turns.at(-1));
  return turns;
}

export function userTurn(text: string): Turn {
  return { role: "user", content: [{ type: "text", text }] };
}

function toTurn(message: ChatMessage, calls: SignedCalls): Turn | null {
  if (message.role === "user") return { role: "user", content: userBlocks(message.content) };
  if (message.role === "tool") return { role: "user", content: [toResult(message, calls)] };
  if (message.role !== "assistant") return null;
  const called = message.tool_calls ?? [];
  const first = called.flatMap(({ id }) => calls.find(id)?.first ?? []);
  const uses = called.flatMap((call) => toToolUse(call, calls));
  return { role: "assistant", content: [...first, ...textBlocks(message.content), ...uses] };
}

/** Results stand before everything else that the user says. */
function ordered(blocks: Block[]): Block[] {
  const isResult = ({ type }: Block) => type === "tool_result";
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}

/** Texts of white space alone are refused. */
function textBlocks(content: Content) {
  const parts = typeof content === "string" ? [content] : (content ?? []).map(textIn);
  return parts.flatMap((text) => (text.trim() === "" ? [] : [{ type: "text" as const, text }]));
}

function textIn(part: Exclude<Content, string | null | undefined>[number]): string {
  if (part.type === "text") return part.text;
  return part.type === "refusal" ? part.refusal : "";
}

function userBlocks(content: Content): Block[] {
  if (typeof content === "string" || content == null) return textBlocks(content);
  return content.flatMap((part): Block[] =>
    part.type === "image_url"
      ? [{ type: "image" as const, source: toSource(part.image_url.url) }]
      : textBlocks([part]),
  );
}

function toSource(url: string): Source {
  const [head, media_type] = /^data:([^;,]+);base64,/i.exec(url.slice(0, 256)) ?? [];
  if (head === undefined || media_type === undefined) return { type: "url", url };
  return { type: "base64", media_type, data: url.slice(head.length) };
}

function toToolUse(call: ToolCall, calls: SignedCalls): Block[] {
  const { name, arguments: text } = call.function;
  const { id = toId(call.id), before = [] } = calls.find(call.id) ?? {};
  return [...before, { type: "tool_use", id, name, input: toArguments(text) }];
}

function toResult(
  { tool_call_id, content }: Extract<ChatMessage, { role: "tool" }>,
  calls: SignedCalls,
): Block {
  const text = typeof content === "string" ? content : content.map(textIn).join("");
  return {
    type: "tool_result",
    tool_use_id: calls.find(tool_call_id)?.id ?? toId(tool_call_id),
    ...(text !== "" && { content: text }),
  };
}

/** Other servers' ids may have characters that Anthropic's must not. */
function toId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, "_") || "call";
}

/** A last turn of the assistant's is the beginning of the answer, and must not end in white space. */
function trimEnd(turn: Turn | undefined): void {
  const block = turn?.role === "assistant" ? turn.content.at(-1) : undefined;
  if (block?.type === "text") block.text = block.text.trimEnd();
}
