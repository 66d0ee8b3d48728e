/**
 * @file Messages as chat templates expect them: text content, arguments as objects, a tool's
 * answer with its name; each string from the client marked.
 */
import { createHash } from "node:crypto";
import { contentText } from "../protocol/content-text.ts";
import type { ChatMessage, Tool } from "../protocol/openai.ts";
import type { Marks } from "./content-marks.ts";
import type { ThoughtField } from "./template-traits.ts";
import type { WrittenCall } from "./written-call.ts";

export type TemplateMessage = {
  role: "system" | "user" | "assistant" | "tool";
  content: string | null;
  tool_calls?: TemplateCall[] | null | undefined;
  tool_call_id?: string;
  [field: string]: unknown;
};

type TemplateCall = { id: string; type: "function"; function: WrittenCall };

/** A message before it is marked: `developer` is `system`, parts are joined. */
export type PlainMessage = Exclude<ChatMessage, { role: "developer" }> & {
  content?: string | null | undefined;
};

/**
 * Roles and content in the shape that every template knows.
 *
 * @throws {InvalidRequestError} there is a picture.
 */
export function plainMessages(messages: readonly ChatMessage[]): PlainMessage[] {
  return messages.map((message) => {
    const content = contentText(message.content);
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

/** How a template wants an assistant's turns. */
export type TurnTraits = {
  /** What stands for missing text beside tool calls. */
  emptyContent: "" | null;
  /** Arguments are JSON text, not an object. */
  textArguments: boolean;
  /** Ids of calls are nine letters and digits. */
  shortIds: boolean;
  thoughtField: ThoughtField;
  /** Beside calls there may be thoughts or a text, not both: the text is told as a thought. */
  oneText: boolean;
};

export function markedMessages(
  messages: readonly PlainMessage[],
  marks: Marks,
  traits: TurnTraits,
): TemplateMessage[] {
  const toolNames = new Map<string, string>();
  return messages.map((message) => {
    const { role, content } = message;
    if (role === "tool") {
      const name = toolNames.get(message.tool_call_id);
      return {
        role,
        content: marks.content(content ?? ""),
        tool_call_id: marks.word(callId(message.tool_call_id, traits)),
        ...(name !== undefined && { name: marks.word(name) }),
      };
    }
    const name = message.name === undefined ? {} : { name: marks.word(message.name) };
    if (role !== "assistant") return { role, content: marks.content(content ?? ""), ...name };
    const calls = message.tool_calls ?? [];
    for (const { id, function: called } of calls) toolNames.set(id, called.name);
    return {
      role,
      ...spoken(message, marks, traits),
      ...name,
      ...(calls.length > 0 && {
        tool_calls: calls.map((call) => markedCall(call, marks, traits)),
      }),
    };
  });
}

type AssistantMessage = Extract<PlainMessage, { role: "assistant" }>;

function spoken(message: AssistantMessage, marks: Marks, traits: TurnTraits) {
  const { content, reasoning_content: thought, tool_calls: calls } = message;
  const isCalling = (calls ?? []).length > 0;
  const text = content || !isCalling ? marks.answer(content ?? "") : traits.emptyContent;
  if (!thought) return { content: text };
  const marked = marks.content(thought);
  if (traits.oneText && isCalling && text)
    return { content: traits.emptyContent, [traits.thoughtField]: `${marked}\n\n${text}` };
  return { content: text, [traits.thoughtField]: marked };
}

export type MarkedTool = {
  type: "function";
  function: { name: string; description: string; parameters: unknown };
};

export function markedTools(tools: readonly Tool[], marks: Marks): MarkedTool[] {
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

function markedCall(call: ToolCall, marks: Marks, traits: TurnTraits): TemplateCall {
  const { id, type, function: called } = call;
  const parsed = parsedArguments(called.arguments);
  const text = called.arguments.trim() || "{}";
  const given = parsed === null || traits.textArguments ? marks.content(text) : marks.data(parsed);
  return {
    id: marks.word(callId(id, traits)),
    type,
    function: { name: marks.word(called.name), arguments: given },
  };
}

/** The same id always becomes the same short one. */
function callId(id: string, { shortIds }: TurnTraits): string {
  if (!shortIds || /^[A-Za-z0-9]{9}$/.test(id)) return id;
  return createHash("sha256").update(id).digest("hex").slice(0, 9);
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
