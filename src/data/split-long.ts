/**
 * @file Long conversations in pieces that fit: whole rounds, as many as the limit takes.
 *
 * Source: FastChat's fastchat/data/split_long_conversation.py, whose count of a message this is. It
 * loses the last round where that one does not fit its piece, which here begins a new one, and keeps
 * some rounds that are longer than the limit, which here are left out.
 */
import { type Conversation, type LessonMessage, textOf } from "./conversation.ts";
import type { Dropped } from "./dropped.ts";
import { isAnswered, roundsOf } from "./rounds.ts";

/** What a template writes around a message, in tokens; FastChat's number. */
const tokensAround = 6;

export type SplitLongOptions = {
  countTokens: (text: string) => number;
  /** Tokens of a piece. */
  maxTokens: number;
};

/**
 * The pieces in order. Each has the opening of the whole; the id of each ends with `_` and the number
 * of its first message, as FastChat counts: from 0, system messages not counted.
 */
export async function* splitLong(
  source: AsyncIterable<Conversation>,
  options: SplitLongOptions,
  dropped: Dropped,
): AsyncGenerator<Conversation, void> {
  for await (const conversation of source) {
    const pieces = piecesOf(conversation, options, dropped);
    for (const { start, messages } of pieces)
      yield { ...conversation, id: `${conversation.id ?? ""}_${start}`, messages };
  }
}

type Piece = { start: number; messages: LessonMessage[] };

function piecesOf(
  { messages, place }: Conversation,
  { countTokens, maxTokens }: SplitLongOptions,
  dropped: Dropped,
): Piece[] {
  const lengthOf = (some: readonly LessonMessage[]) =>
    some.reduce((sum, one) => sum + countTokens(spokenText(one)) + tokensAround, 0);
  const { opening, rounds } = roundsOf(messages);
  const openingTokens = lengthOf(opening);
  const pieces: Piece[] = [];
  let open: (Piece & { tokens: number }) | null = null;
  let at = 0;
  for (const round of rounds) {
    const tokens = lengthOf(round);
    const fits = openingTokens + tokens <= maxTokens;
    if (open && open.tokens + tokens > maxTokens) open = null;
    if (!isAnswered(round)) dropped("unanswered rounds", place);
    else if (!fits) dropped("overlong rounds", place);
    else if (open) {
      open.messages.push(...round);
      open.tokens += tokens;
    } else {
      open = { start: at, messages: [...opening, ...round], tokens: openingTokens + tokens };
      pieces.push(open);
    }
    if (!fits || !isAnswered(round)) open = null; // a gap would make nonsense of what follows
    at += round.length;
  }
  return pieces;
}

/** All that the template will write of it. */
function spokenText(message: LessonMessage): string {
  const calls = message.role === "assistant" ? (message.tool_calls ?? []) : [];
  const called = calls.map(({ function: one }) => `${one.name}${one.arguments}`);
  return [textOf(message), ...called].join("");
}
