/** @file A conversation's rounds: what a user says, and all that answers it. */
import type { LessonMessage } from "./conversation.ts";

export type Rounds = {
  /** What stands before the first round: system texts. */
  opening: LessonMessage[];
  /** Each begins with a message of the user. */
  rounds: LessonMessage[][];
};

export function roundsOf(messages: readonly LessonMessage[]): Rounds {
  const opening: LessonMessage[] = [];
  const rounds: LessonMessage[][] = [];
  let before: LessonMessage | undefined;
  for (const message of messages) {
    // Two messages of the user in a row are one question.
    if (message.role === "user" && before?.role !== "user") rounds.push([message]);
    else (rounds.at(-1) ?? opening).push(message);
    before = message;
  }
  return { opening, rounds };
}

/** Whether the assistant has the last word, which calls no tool that has not answered. */
export function isAnswered(round: readonly LessonMessage[]): boolean {
  const last = round.at(-1);
  return last?.role === "assistant" && !last.tool_calls?.length;
}
