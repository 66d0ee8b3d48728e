/** @file Tools that a model may call, and its calls, in the ways that files write them. */
import { z } from "zod";
import { BadRow, checked, type Row } from "../../files/bad-row.ts";
import { type ChatMessage, Tool } from "../../protocol/openai.ts";
import { isRow, nestedIn, prefixed, textIn } from "./fields.ts";

export type ToolCall = NonNullable<
  Extract<ChatMessage, { role: "assistant" }>["tool_calls"]
>[number];

/**
 * OpenAI's list, or one of bare functions as LLaMA-Factory has it, or either as JSON in a text.
 *
 * @returns null where there are none.
 * @throws {BadRow} names the field: `tools[0].function.name: is missing`.
 */
export function readTools(row: Row): Tool[] | null {
  const field = row.tools === undefined && row.functions !== undefined ? "functions" : "tools";
  const list = nestedIn(row, field) ?? [];
  if (!Array.isArray(list)) throw new BadRow(`${field}: must be a list`);
  const tools = list.map((tool, i) => prefixed(`${field}[${i}]`, () => readTool(tool)));
  return tools.length > 0 ? tools : null;
}

function readTool(tool: unknown): Tool {
  if (!isRow(tool)) throw new BadRow("must be an object");
  const read = checked(Tool, "function" in tool ? tool : { type: "function", function: tool });
  assertShallow(read);
  return read;
}

/** JSON is parsed at any depth, but written by recursion. */
function assertShallow(value: unknown): void {
  try {
    JSON.stringify(value);
  } catch (cause) {
    throw new BadRow("is nested too deep", { cause });
  }
}

/** What an OpenAI message calls: `tool_calls`, or `function_call` as they wrote it before. */
export function readToolCalls(message: Row, nextId: () => string): ToolCall[] {
  const calls = nestedIn(message, "tool_calls") ?? [];
  if (!Array.isArray(calls)) throw new BadRow("tool_calls: must be a list");
  const read = calls.map((call, i) => prefixed(`tool_calls[${i}]`, () => readCall(call, nextId)));
  const single = nestedIn(message, "function_call");
  if (single === undefined || single === null) return read;
  return [...read, prefixed("function_call", () => readCall(single, nextId))];
}

/** The calls that a text spells: `{"name", "arguments"}`, or a list of these. */
export function spelledCalls(text: string, nextId: () => string): ToolCall[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadRow('must be a call in JSON: {"name": …, "arguments": …}');
  }
  return [value].flat().map((call) => readCall(call, nextId));
}

const Called = z.object({ name: z.string().min(1).max(256), arguments: z.unknown() });

function readCall(call: unknown, nextId: () => string): ToolCall {
  if (!isRow(call)) throw new BadRow("must be an object");
  const isNested = isRow(call.function);
  const read = () => checked(Called, isNested ? call.function : call);
  const called = isNested ? prefixed("function", read) : read();
  const id = textIn(call, "id");
  return {
    id: id === null || id === "" ? nextId() : id,
    type: "function",
    function: { name: called.name, arguments: spelled(called.arguments) },
  };
}

/** OpenAI's arguments are JSON in a text; many files have the object itself. */
function spelled(args: unknown): string {
  if (typeof args === "string") return args;
  assertShallow(args ?? {});
  return JSON.stringify(args ?? {});
}
