/** @file The text of a message, where text alone can be used. */
import { InvalidRequestError } from "../errors/request-errors.ts";
import type { ChatMessage } from "./openai.ts";

/**
 * Parts stand on lines of their own.
 *
 * @throws {InvalidRequestError} one is a picture: whoever writes prompts has no words for it.
 */
export function contentText<T extends ChatMessage["content"]>(
  content: T,
): string | Exclude<T, readonly unknown[]> {
  if (!Array.isArray(content)) return content as Exclude<T, readonly unknown[]>;
  return content.map(partText).join("\n");
}

type Part = Exclude<NonNullable<ChatMessage["content"]>, string>[number];

function partText(part: Part): string {
  if (part.type === "text") return part.text;
  if (part.type === "refusal") return part.refusal;
  throw new InvalidRequestError("A prompt of text cannot show a picture.", "messages");
}
