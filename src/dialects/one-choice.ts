/** @file Answers of one choice, which is all that the dialects beside OpenAI's completions know. */
import type { Answer, AnswerEvent, PromptProgress } from "../protocol/answer.ts";
import { collectAnswer, type OnComplete, timingsOfAll, type WholeChoice } from "./whole-answer.ts";

export async function collectChoice(answer: Answer, onComplete: OnComplete): Promise<WholeChoice> {
  const choices = await collectAnswer(answer);
  const [choice] = choices;
  if (choice === undefined) throw new Error("An answer ended without a choice.");
  onComplete(timingsOfAll(choices));
  return choice;
}

/**
 * Waits for the first event that says something of the answer itself.
 *
 * What a dialect says before it (that a message begins) must not be said earlier: until then a
 * failure is an HTTP status, and may be mended by another worker.
 *
 * @returns How far the prompt was read when last told, and the events from the first one on.
 */
export async function begun(
  answer: Answer,
): Promise<{ progress: PromptProgress | null; events: Answer }> {
  const reader = answer[Symbol.asyncIterator]();
  let progress: PromptProgress | null = null;
  for (;;) {
    const item = await reader.next();
    if (item.done || !isProgressAlone(item.value))
      return { progress, events: resumed(item, reader) };
    progress = item.value.progress ?? progress;
  }
}

function isProgressAlone({ progress, content, reasoning, toolCalls, finish }: AnswerEvent) {
  return progress !== undefined && !(content ?? reasoning ?? toolCalls ?? finish);
}

async function* resumed(
  first: IteratorResult<AnswerEvent>,
  reader: AsyncIterator<AnswerEvent>,
): AsyncGenerator<AnswerEvent> {
  try {
    for (let item = first; !item.done; item = await reader.next()) yield item.value;
  } finally {
    await reader.return?.();
  }
}
