/** @file The answer to a raw prompt, the prompt before it where the request wants it back. */

import { readAnswer } from "../../chat/output/answer-reading.ts";
import type { AnswerEvent, EchoedPrompt } from "../../protocol/answer.ts";
import type { WorkerFrame } from "../../protocol/fastchat-worker.ts";
import type { CompletionRequest } from "../../protocol/openai.ts";
import { answerEvents, type PromptCount } from "./answer-events.ts";

export async function* textAnswer(
  { echo, logprobs }: CompletionRequest,
  text: string,
  count: PromptCount,
  frames: AsyncIterable<WorkerFrame>,
): AsyncGenerator<AnswerEvent, void> {
  const isTold = echo === true && logprobs !== null;
  let prompt: EchoedPrompt | null = echo
    ? { text, tokens: [{ token: text, logprobs: null }] }
    : null;
  const events = answerEvents(frames, count, isTold ? text : null, (tokens) => {
    prompt = { text, tokens };
  });
  for await (const event of readAnswer(events, null)) {
    yield prompt === null ? event : { ...event, prompt };
    prompt = null;
  }
}
