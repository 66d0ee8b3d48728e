/**
 * @file The beginnings of a request's prompt, hashed as the worker hashes them: so that it goes where
 * most of it has been read already. What is not understood here has none, and goes anywhere.
 */
import { z } from "zod";
import { toChatPrompt } from "../dialects/anthropic/to-chat-request.ts";
import * as ollama from "../dialects/ollama/to-chat-request.ts";
import * as responses from "../dialects/responses/to-chat-request.ts";
import { MessagesRequest } from "../protocol/anthropic.ts";
import { OllamaChatRequest, OllamaGenerateRequest } from "../protocol/ollama.ts";
import { ChatMessage } from "../protocol/openai.ts";
import { conversationPrefixes, promptPrefixes } from "../protocol/prefix.ts";
import { ResponsesRequest } from "../protocol/responses.ts";
import type { PromptPrefix } from "../routing/dispatch.ts";
import { bodyTokens, promptTokens, type Routable } from "./demand.ts";

/** Only so many are hashed. */
const maxMessages = 64;

/** A body of that path, as the chat messages that its prompt is made of; undefined where it is none. */
type ToMessages = (body: Routable) => readonly unknown[] | undefined;

const dialects: Record<string, ToMessages> = {
  "/v1/messages": reader(MessagesRequest, (request) => toChatPrompt(request).messages),
  "/v1/responses": reader(
    ResponsesRequest,
    (request) => responses.toChatRequest(request, responses.toItems(request)).messages,
  ),
  "/api/chat": reader(OllamaChatRequest, (request) => ollama.toChatRequest(request).messages),
  "/api/generate": reader(OllamaGenerateRequest, (request) =>
    request.raw || request.suffix ? undefined : ollama.toPromptedChat(request).messages,
  ),
};

const asItIs: ToMessages = ({ messages }) => (Array.isArray(messages) ? messages : undefined);

export function promptBeginnings(path: string, modelId: string, body: Routable): PromptPrefix[] {
  const messages = (dialects[path] ?? asItIs)(body);
  if (messages === undefined)
    return typeof body.prompt === "string" ? ofText(modelId, body.prompt) : [];
  const parsed = z.array(ChatMessage).safeParse(messages.slice(0, maxMessages));
  return parsed.success ? ofConversation(modelId, parsed.data) : [];
}

function reader<T extends z.ZodType>(
  schema: T,
  toMessages: (request: z.output<T>) => readonly unknown[] | undefined,
): ToMessages {
  return (body) => {
    const parsed = schema.safeParse(body);
    return parsed.success ? toMessages(parsed.data) : undefined;
  };
}

function ofConversation(modelId: string, messages: ChatMessage[]): PromptPrefix[] {
  let tokens = 0;
  return conversationPrefixes(modelId, messages).map((hash, i) => {
    tokens += bodyTokens(JSON.stringify(messages[i]).length, messages[i]);
    return { hash, tokens };
  });
}

function ofText(modelId: string, prompt: string): PromptPrefix[] {
  const hashes = promptPrefixes(modelId, prompt);
  const block = prompt.length / Math.max(1, hashes.length);
  return hashes.map((hash, i) => ({
    hash,
    tokens: promptTokens(block * (i + 1)),
  }));
}
