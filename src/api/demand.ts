/** @file What a request asks of a worker, guessed from its body without a tokenizer. */
import { z } from "zod";
import { type Capability, ChatMessage } from "../protocol/openai.ts";
import { conversationPrefixes, promptPrefixes } from "../protocol/prefix.ts";
import type { PromptPrefix } from "../routing/dispatch.ts";

const figure = z.number().optional().catch(undefined);

/** Enough to route by; the worker checks the whole and words its own errors. */
export const Routable = z.object({
  model: z.string().min(1).max(512).optional(),
  /** What Ollama's older clients call it. */
  name: z.unknown().optional(),
  stream: z.unknown().optional(),
  max_completion_tokens: figure,
  max_tokens: figure,
  max_output_tokens: figure,
  n_predict: figure,
  n: figure,
  messages: z.unknown().optional(),
  prompt: z.unknown().optional(),
  raw: z.unknown().optional(),
  suffix: z.unknown().optional(),
  previous_response_id: z.unknown().optional(),
});
export type Routable = z.infer<typeof Routable>;

/** English text has about four bytes a token, JSON included. */
const bytesPerToken = 4;
const assumedAnswerTokens = 256;
const longestAnswerTokens = 4096;
const maxMessages = 64;

export function promptTokens(bodyBytes: number): number {
  return Math.ceil(bodyBytes / bytesPerToken);
}

/** Tokens the answer is taken to have, all choices together. */
export function answerTokens(capability: Capability | null, body: Routable): number {
  if (capability !== "chat" && capability !== "completions") return 0;
  const limit = body.max_completion_tokens ?? body.max_tokens ?? body.max_output_tokens;
  const each = limit ?? body.n_predict ?? assumedAnswerTokens;
  return Math.max(0, Math.min(each * (body.n ?? 1), longestAnswerTokens));
}

/** The beginnings of the prompt, hashed as the worker hashes them; none where it cannot be read. */
export function promptBeginnings(modelId: string, body: Routable): PromptPrefix[] {
  if (typeof body.prompt === "string") return ofText(modelId, body.prompt);
  if (!Array.isArray(body.messages)) return [];
  const messages = z.array(ChatMessage).safeParse(body.messages.slice(0, maxMessages));
  return messages.success ? ofConversation(modelId, messages.data) : [];
}

function ofConversation(modelId: string, messages: ChatMessage[]): PromptPrefix[] {
  let bytes = 0;
  return conversationPrefixes(modelId, messages).map((hash, i) => {
    bytes += JSON.stringify(messages[i]).length;
    return { hash, tokens: promptTokens(bytes) };
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
