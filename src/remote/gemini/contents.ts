/**
 * @file A conversation as Gemini reads it: what the system says apart from the turns, turns of one
 * role in one, pictures and calls as parts.
 *
 * Source: https://ai.google.dev/api/caching#Content
 */
import { toArguments } from "../../dialects/tool-arguments.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { ChatMessage, ToolCall } from "../../protocol/openai.ts";
import type { SignedCalls } from "./signed-call.ts";

export type Conversation = {
  systemInstruction?: { parts: Part[] };
  contents: { role: "user" | "model"; parts: Part[] }[];
};

type Part = Record<string, unknown>;
type Message<Role extends ChatMessage["role"]> = Extract<ChatMessage, { role: Role }>;

/** Google's own word for a call whose signature is lost, or that another model made. */
const unsigned = "skip_thought_signature_validator";

/** @throws {InvalidRequestError} a result belongs to no call, or a picture is not in the request. */
export function toConversation(
  messages: readonly ChatMessage[],
  calls: SignedCalls,
  mustBeSigned: boolean,
): Conversation {
  const system = messages.flatMap((one) => (isSystem(one) ? textParts(one.content) : []));
  const names = new Map<string, string>();
  const contents: Conversation["contents"] = [];
  for (const [at, message] of messages.entries()) {
    if (isSystem(message)) continue;
    const parts = partsOf(message, at, names, calls, mustBeSigned);
    if (parts.length === 0) continue; // an empty turn is refused
    const role = message.role === "assistant" ? "model" : "user";
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else contents.push({ role, parts });
  }
  // Instructions alone are refused.
  if (contents.length === 0) return { contents: [{ role: "user", parts: system }] };
  return { ...(system.length > 0 && { systemInstruction: { parts: system } }), contents };
}

function isSystem(message: ChatMessage): message is Message<"system"> | Message<"developer"> {
  return message.role === "system" || message.role === "developer";
}

function partsOf(
  message: Exclude<ChatMessage, Message<"system"> | Message<"developer">>,
  at: number,
  names: Map<string, string>,
  calls: SignedCalls,
  mustBeSigned: boolean,
): Part[] {
  if (message.role === "user") return userParts(message.content, at);
  if (message.role === "tool") return [resultPart(message, at, names, calls)];
  const called = message.tool_calls ?? [];
  for (const { id, function: tool } of called) names.set(id, tool.name);
  const isSigned = called.some(({ id }) => calls.find(id)?.signature !== undefined);
  return [
    ...textParts(message.content ?? ""),
    // Of calls that were made together only the first is signed.
    ...called.map((call, i) => callPart(call, calls, mustBeSigned && !isSigned && i === 0)),
  ];
}

function textParts(content: string | ({ text: string } | { refusal: string })[]): Part[] {
  const texts =
    typeof content === "string"
      ? [content]
      : content.map((part) => ("text" in part ? part.text : part.refusal));
  return texts.filter((text) => text !== "").map((text) => ({ text }));
}

function userParts(content: Message<"user">["content"], at: number): Part[] {
  if (typeof content === "string") return [{ text: content }];
  return content.flatMap((part, i) =>
    part.type === "image_url"
      ? [picturePart(part.image_url.url, `messages[${at}].content[${i}]`)]
      : textParts([part]),
  );
}

function picturePart(url: string, param: string): Part {
  const comma = url.indexOf(",");
  const mimeType = /^data:([^;,]+);base64$/i.exec(url.slice(0, Math.max(comma, 0)))?.[1];
  if (mimeType === undefined)
    throw new InvalidRequestError("Gemini is sent pictures as data: URLs alone.", param);
  return { inlineData: { mimeType, data: url.slice(comma + 1) } };
}

function callPart({ id: ownId, function: tool }: ToolCall, calls: SignedCalls, isBare: boolean) {
  const { id, signature = isBare ? unsigned : undefined } = calls.find(ownId) ?? {};
  return {
    functionCall: { ...(id && { id }), name: tool.name, args: toArguments(tool.arguments) },
    ...(signature && { thoughtSignature: signature }),
  };
}

function resultPart(
  { tool_call_id: ownId, content }: Message<"tool">,
  at: number,
  names: ReadonlyMap<string, string>,
  calls: SignedCalls,
): Part {
  const name = names.get(ownId);
  if (name === undefined)
    throw new InvalidRequestError(
      `No call before messages[${at}] has the id '${ownId}'.`,
      `messages[${at}].tool_call_id`,
    );
  const { id } = calls.find(ownId) ?? {};
  const result = textParts(content)
    .map(({ text }) => text)
    .join("");
  return { functionResponse: { ...(id && { id }), name, response: { result } } };
}
