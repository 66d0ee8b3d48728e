/**
 * @file Messages as chat templates expect them: text content, arguments as objects, a tool's
 * answer with its name; each string from the client marked.
 */
import type { ChatMessage, Tool } from "../protocol/openai.ts";
import type { Marks } from "./content-marks.ts";

export type TemplateMessage = {
  role: "system" | "user" | "assistant" | "tool";
  content: string | null;
  [field: string]: unknown;
};

/** A message before it is marked: `developer` is `system`, parts are joined. */
export type PlainMessage = Exclude<ChatMessage, { role: "developer" }> & {
  content?: string | null | undefined;
};

/** Roles and content in the shape that every template knows. */
export function plainMessages(messages: readonly ChatMessage[]): PlainMessage[] {
  return messages.map((message) => {
    const content = Array.isArray(message.content)
      ? message.content.map((part) => (part.type === "text" ? part.text : part.refusal)).join("\n")
      : message.content;
    return message.role === "developer"
      ? { ...message, role: "system", content: content ?? "" }
      : ({ ...message, content } as PlainMessage);
  });
}

/** Moves the system text into the first user turn, for templates that know no system role. */
export function withoutSystem(messages: readonly PlainMessage[]): PlainMessage[] {
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const rest = messages.filter(({ role }) => role !== "system");
  if (system.length === 0) return rest;
  const at = rest.findIndex(({ role }) => role === "user");
  const first = rest[at];
  const content = [...system, ...(first ? [first.content] : [])].join("\n\n");
  if (first?.role === "user") return rest.with(at, { ...first, content });
  return [{ role: "user", content }, ...rest];
}

/** @param emptyContent what stands for an assistant's missing text beside tool calls. */
export function markedMessages(
  messages: readonly PlainMessage[],
  marks: Marks,
  emptyContent: "" | null,
): TemplateMessage[] {
  const toolNames = new Map<string, string>();
  return messages.map((message) => {
    const { role, content } = message;
    if (role === "tool") {
      const name = toolNames.get(message.tool_call_id);
      return {
        role,
        content: marks.content(content ?? ""),
        tool_call_id: marks.word(message.tool_call_id),
        ...(name !== undefined && { name: marks.word(name) }),
      };
    }
    const name = message.name === undefined ? {} : { name: marks.word(message.name) };
    if (role !== "assistant") return { role, content: marks.content(content ?? ""), ...name };
    const calls = message.tool_calls ?? [];
    for (const { id, function: called } of calls) toolNames.set(id, called.name);
    return {
      role,
      content: content || calls.length === 0 ? marks.answer(content ?? "") : emptyContent,
      ...name,
      ...(message.reasoning_content && {
        reasoning_content: marks.content(message.reasoning_content),
      }),
      ...(calls.length > 0 && {
        tool_calls: calls.map((call) => markedCall(call, marks)),
      }),
    };
  });
}

export function markedTools(tools: readonly Tool[], marks: Marks): unknown[] {
  return tools.map(({ type, function: { name, description, parameters, ...rest } }) => ({
    type,
    function: {
      name: marks.word(name),
      description: marks.word(description ?? ""),
      parameters: marks.data(parameters ?? { type: "object", properties: {} }),
      ...rest,
    },
  }));
}

type ToolCall = NonNullable<Extract<ChatMessage, { role: "assistant" }>["tool_calls"]>[number];

function markedCall({ id, type, function: called }: ToolCall, marks: Marks): unknown {
  const parsed = parsedArguments(called.arguments);
  const given = parsed === null ? marks.content(called.arguments) : marks.data(parsed);
  return {
    id: marks.word(id),
    type,
    function: { name: marks.word(called.name), arguments: given },
  };
}

/** The arguments as an object; null where a model wrote something else. */
function parsedArguments(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text || "{}");
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
