/**
 * @file Whether a chat format shows where an answer begins: a template that opens the assistant's
 * turn only where it is answered would teach a model to open turns, and leave a served one at a loss.
 */
import type { ChatFormat, PromptSegment } from "../../chat/chat-format.ts";
import { ApiError } from "../../errors/api-error.ts";
import { ChatTemplateError } from "../../errors/chat-template-error.ts";
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
    throw templateFault(error) ?? error;
  }
  throw new UsageError(
    "The chat template writes no generation prompt, so that it cannot be told where an answer begins: give another with --chat-template FILE.",
  );
}

/** What a template did wrong, as a sentence for people; undefined for what is our own fault. */
export function templateFault(error: unknown, before = ""): UsageError | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const sentence = error instanceof ChatTemplateError ? error.fault : error.message;
  return new UsageError(before + sentence, { cause: error });
}

function textOf(segments: readonly PromptSegment[]): string {
  return segments.map(({ text }) => text).join("");
}
