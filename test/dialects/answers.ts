/** @file Answers by hand. */
import type { AnswerEvent, ChoiceTimings, Finish } from "../../src/protocol/answer.ts";

export const timings: ChoiceTimings = {
  queueMs: 1,
  prefillMs: 2,
  decodeMs: 3,
  promptTokens: 10,
  cachedTokens: 4,
  completionTokens: 5,
  reasoningTokens: 2,
  forked: false,
};

export function finished(reason: Finish["reason"], stopString: string | null = null): AnswerEvent {
  return { choice: 0, finish: { reason, stopString, timings } };
}

export async function* spoken(events: AnswerEvent[]): AsyncGenerator<AnswerEvent> {
  yield* events;
}
