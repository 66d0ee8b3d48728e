/**
 * @file Whether a chat format shows where an answer begins: a template that opens the assistant's
 * turn only where it is answered would teach a model to open turns, and leave a served one at a loss.
 */
import type { ChatFormat, PromptSegment } from "../../chat/chat-format.ts";
import { ApiError } from "../../errors/api-error.ts";
import { UsageError } from "../../errors/usage-error.ts";
import type { ChatMessage } from "../../protocol/openai.ts";

const question: ChatMessage = { role: "user", content: "Where is it warm?" };
const reply = "In Rome.";

/** @throws {UsageError} it does not, or its template is broken. */
export async function requireGenerationPrompt(format: ChatFormat): Promise<void> {
  const messages: ChatMessage[] = [question, { role: "assistant", content: reply }];
  try {
    const { prompt, answer } = await format.answered({ messages });
    const closed = await format.prompt({ messages: [question], addGenerationPrompt: false });
    const opens = textOf(prompt) !== textOf(closed) || textOf(answer).trim().startsWith(reply);
    if (opens) return;
  } catch (error) {
    if (error instanceof ApiError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
  throw new UsageError(
    "The chat template writes no generation prompt, so that it cannot be told where an answer begins: give another with --chat-template FILE.",
  );
}

function textOf(segments: readonly PromptSegment[]): string {
  return segments.map(({ text }) => text).join("");
}
