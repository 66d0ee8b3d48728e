/**
 * @file The messages of a row: `{from, value}` as ShareGPT and FastChat have them, `{role, content}`
 * as OpenAI has them. Both are read by one rule, since many files mix the two.
 */
import { BadRow, checked, type Row } from "../../files/bad-row.ts";
import { ChatMessage } from "../../protocol/openai.ts";
import type { LessonMessage } from "../conversation.ts";
import { isRow, nestedIn, prefixed, textIn } from "./fields.ts";
import { readToolCalls, spelledCalls } from "./tool-calls.ts";

type Kind = ChatMessage["role"] | "call";

/** Whom the names mean that files give to who speaks. */
const kinds = new Map<string, Kind>([
  ...each("user", ["human", "user"]),
  ...each("assistant", ["gpt", "assistant", "chatgpt", "bard", "bing", "claude", "model"]),
  ...each("system", ["system"]),
  ...each("developer", ["developer"]),
  ...each("tool", ["tool", "function", "observation", "function_response", "tool_response"]),
  ...each("call", ["function_call", "tool_call"]),
]);

function each(kind: Kind, names: readonly string[]): [string, Kind][] {
  return names.map((name) => [name, kind]);
}

/**
 * Reads a row's list of messages. A function call right behind the assistant's text belongs to it.
 *
 * @throws {BadRow} names the field: `conversations[3].from: 'bot' is not a role (human, gpt, …)`.
 */
export function readTurns(row: Row, field: string): LessonMessage[] {
  const list = nestedIn(row, field);
  if (!Array.isArray(list)) throw new BadRow(`${field}: must be a list of messages`);
  if (list.length === 0) throw new BadRow(`${field}: is empty`);
  const messages: LessonMessage[] = [];
  const ids = new CallIds();
  for (const [i, turn] of list.entries())
    prefixed(`${field}[${i}]`, () => addTurn(messages, turn, ids));
  return messages;
}

function addTurn(messages: LessonMessage[], turn: unknown, ids: CallIds): void {
  if (!isRow(turn)) throw new BadRow("must be an object");
  const kind = kindOf(turn);
  if (kind === "call") addCall(messages, turn, ids);
  else messages.push({ ...checked(ChatMessage, fieldsOf(turn, kind, ids)), ...weightOf(turn) });
}

function kindOf(turn: Row): Kind {
  const field = "from" in turn ? "from" : "role";
  const name = turn[field];
  if (name === undefined || name === null) throw new BadRow(`${field}: is missing`);
  const kind = typeof name === "string" ? kinds.get(name.trim().toLowerCase()) : undefined;
  if (kind) return kind;
  const shown = JSON.stringify(name)
    .slice(0, 40)
    .replace(/^"(.*)"$/, "'$1'");
  throw new BadRow(
    `${field}: ${shown} is not a role (human, gpt, user, assistant, system, tool …)`,
  );
}

function fieldsOf(turn: Row, role: ChatMessage["role"], ids: CallIds): Row {
  if (role === "assistant") return answerOf(turn, ids);
  const content = contentOf(turn);
  if (content === null) throw new BadRow(`${contentField(turn)}: is missing`);
  if (role === "tool")
    return { role, content, tool_call_id: ids.answered(textIn(turn, "tool_call_id")) };
  return { role, content, ...named(turn) };
}

function answerOf(turn: Row, ids: CallIds): Row {
  const content = contentOf(turn);
  const calls = readToolCalls(turn, () => ids.next());
  ids.asked(calls);
  if (content === null && calls.length === 0) throw new BadRow(`${contentField(turn)}: is missing`);
  const reasoning = textIn(turn, "reasoning_content");
  return {
    role: "assistant",
    content,
    ...(reasoning !== null && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...named(turn),
  };
}

function addCall(messages: LessonMessage[], turn: Row, ids: CallIds): void {
  const text = contentOf(turn) ?? "";
  const calls = prefixed(contentField(turn), () => spelledCalls(text, () => ids.next()));
  ids.asked(calls);
  const last = messages.at(-1);
  if (last?.role === "assistant" && !last.tool_calls?.length) last.tool_calls = calls;
  else messages.push({ role: "assistant", content: null, tool_calls: calls, ...weightOf(turn) });
}

const contentField = (turn: Row) =>
  "value" in turn || ("from" in turn && !("content" in turn)) ? "value" : "content";

/** One text: its parts are joined by line ends. */
function contentOf(turn: Row): string | null {
  const field = contentField(turn);
  const content = turn[field] ?? null;
  if (!Array.isArray(content)) return textIn(turn, field);
  return content.map((part, i) => prefixed(`${field}[${i}]`, () => partText(part))).join("\n");
}

function partText(part: unknown): string {
  if (typeof part === "string") return part;
  if (!isRow(part)) throw new BadRow("must be a text or an object");
  const field = part.type === "refusal" ? "refusal" : "text";
  if (part.type !== undefined && part.type !== field)
    throw new BadRow(`type: ${JSON.stringify(part.type)} is no text, which is all that is learned`);
  const text = textIn(part, field);
  if (text === null) throw new BadRow(`${field}: is missing`);
  return text;
}

function named(turn: Row): { name?: string } {
  const name = textIn(turn, "name");
  return name === null ? {} : { name };
}

function weightOf(turn: Row): { weight?: number } {
  const { weight } = turn;
  if (weight === undefined || weight === null) return {};
  if (typeof weight === "number" && weight >= 0 && weight <= 1000) return { weight };
  throw new BadRow("weight: must be a number from 0 to 1000");
}

/** Which call a tool answers: ShareGPT does not say, so the first that has no answer yet. */
class CallIds {
  #count = 0;
  readonly #open: string[] = [];

  next(): string {
    this.#count++;
    return `call_${this.#count}`;
  }

  asked(calls: readonly { id: string }[]): void {
    this.#open.push(...calls.map(({ id }) => id));
  }

  answered(stated: string | null): string {
    if (stated === null) return this.#open.shift() ?? this.next();
    const at = this.#open.indexOf(stated);
    if (at >= 0) this.#open.splice(at, 1);
    return stated;
  }
}
