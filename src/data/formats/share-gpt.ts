/**
 * @file ShareGPT's and FastChat's format: `conversations` of `{from, value}`, `system` and `tools`
 * beside them.
 */
import type { Row } from "../../files/bad-row.ts";
import { type Conversation, type LessonMessage, textOf } from "../conversation.ts";
import { textIn } from "./fields.ts";
import { readTurns } from "./turns.ts";

/**
 * What comes before the user's first message is left out, as FastChat does: a shared conversation
 * often begins with half an answer.
 */
export function readShareGpt(row: Row, field: string): LessonMessage[] {
  const turns = readTurns(row, field);
  const isSystem = ({ role }: LessonMessage) => role === "system" || role === "developer";
  const first = turns.findIndex(({ role }) => role === "user");
  const kept = turns.filter((turn, i) => i >= first || isSystem(turn));
  return withSystem(textIn(row, "system"), first < 0 ? turns : kept);
}

/** Puts the row's own system text before what its messages have of it. */
export function withSystem(system: string | null, messages: LessonMessage[]): LessonMessage[] {
  if (system === null || system.trim() === "") return messages;
  const [first, ...rest] = messages;
  if (first?.role !== "system") return [{ role: "system", content: system }, ...messages];
  return [{ ...first, content: `${system}\n\n${textOf(first)}` }, ...rest];
}

export function toShareGpt({ messages, tools }: Conversation): Row {
  const [first] = messages;
  const system = first?.role === "system" ? textOf(first) : null;
  const spoken = system === null ? messages : messages.slice(1);
  return {
    ...(system !== null && { system }),
    ...(tools && { tools: JSON.stringify(tools.map((tool) => tool.function)) }),
    conversations: spoken.flatMap(toTurns),
  };
}

const names = {
  user: "human",
  assistant: "gpt",
  system: "system",
  developer: "system",
  tool: "observation",
} as const;

function toTurns(message: LessonMessage): Row[] {
  const weight = message.weight === undefined ? {} : { weight: message.weight };
  const calls = message.role === "assistant" ? (message.tool_calls ?? []) : [];
  const text = textOf(message);
  const turns: Row[] = [];
  if (text !== "" || calls.length === 0)
    turns.push({ from: names[message.role], value: text, ...reasoningOf(message), ...weight });
  if (calls.length > 0) turns.push({ from: "function_call", value: spell(calls), ...weight });
  return turns;
}

function reasoningOf(message: LessonMessage): Row {
  const reasoning = message.role === "assistant" ? message.reasoning_content : null;
  return reasoning ? { reasoning_content: reasoning } : {};
}

function spell(calls: readonly { function: { name: string; arguments: string } }[]): string {
  const spelled = calls.map(({ function: called }) => ({
    name: called.name,
    arguments: parsed(called.arguments),
  }));
  return JSON.stringify(spelled.length === 1 ? spelled[0] : spelled);
}

/** Models are taught broken JSON, too: it stays a text. */
function parsed(args: string): unknown {
  try {
    const value: unknown = JSON.parse(args);
    return typeof value === "object" ? value : args;
  } catch {
    return args;
  }
}
