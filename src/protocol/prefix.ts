/**
 * @file Names for the beginnings of a conversation, so that a request can be sent to the worker
 * whose KV cache already holds most of it without anybody tokenising twice.
 */
import { createHash } from "node:crypto";
import type { ChatMessage, TokensOrText } from "./openai.ts";

/** Characters of a plain prompt that share one hash; shorter tails are not worth routing for. */
const blockChars = 512;
const maxHashes = 64;

/**
 * Hashes every beginning of a conversation: entry k stands for messages 0…k (and the model).
 *
 * @returns (≤ 64,) hashes, shortest beginning first; two chats agree on entry k exactly when they
 *          agree on everything up to it.
 */
export function conversationPrefixes(model: string, messages: readonly ChatMessage[]): string[] {
  return chain(
    model,
    messages.slice(0, maxHashes).map((message) => JSON.stringify(message)),
  );
}

/** Hashes the beginnings of a plain prompt in blocks of 512 characters, the last, short one left out. */
export function promptPrefixes(model: string, prompt: TokensOrText): string[] {
  const text = typeof prompt === "string" ? prompt : prompt.join(" ");
  const blocks: string[] = [];
  for (let at = 0; at + blockChars <= text.length && blocks.length < maxHashes; at += blockChars)
    blocks.push(text.slice(at, at + blockChars));
  return chain(model, blocks);
}

function chain(model: string, parts: readonly string[]): string[] {
  let previous = model;
  return parts.map((part) => {
    previous = createHash("sha1").update(previous).update("\0").update(part).digest("base64url");
    previous = previous.slice(0, 16);
    return previous;
  });
}
