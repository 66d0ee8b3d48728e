/** @file The first round of each conversation, as FastChat's extract_single_round.py keeps it. */
import type { Conversation } from "./conversation.ts";
import type { Dropped } from "./dropped.ts";
import { isAnswered, roundsOf } from "./rounds.ts";

/** Of tools, the calls and their answers belong to the round. */
export async function* singleRounds(
  source: AsyncIterable<Conversation>,
  dropped: Dropped,
): AsyncGenerator<Conversation, void> {
  for await (const conversation of source) {
    const { opening, rounds } = roundsOf(conversation.messages);
    const [first] = rounds;
    if (first && isAnswered(first)) yield { ...conversation, messages: [...opening, ...first] };
    else dropped("first round without an answer", conversation.place);
  }
}
