/**
 * @file What the engine's text means: content, thoughts and calls told apart as they come, each
 * content with the log-probabilities of its own tokens.
 */
import { randomInt } from "node:crypto";
import type { OutputPiece, OutputReader } from "../../chat/output/output-format.ts";
import type { ChoiceEvent } from "../../engine/messages.ts";
import type { AnswerEvent, Finish, TokenLogprobs, ToolCallDelta } from "../../protocol/answer.ts";

/**
 * @param newReader makes one a choice; null takes all text for content.
 * @param mostCalls of one choice: what the model calls beyond them is left out.
 */
export async function* readAnswer(
  events: AsyncIterable<ChoiceEvent>,
  newReader: (() => OutputReader) | null,
  mostCalls = Number.POSITIVE_INFINITY,
): AsyncGenerator<AnswerEvent> {
  const choices = new Map<number, ChoiceReading>();
  for await (const event of events) {
    const { choice } = event;
    if (newReader !== null && !choices.has(choice))
      choices.set(choice, new ChoiceReading(newReader(), mostCalls));
    yield choices.get(choice)?.read(event) ?? plainEvent(event);
  }
}

function plainEvent({ id, text, promptLogprobs, ...event }: ChoiceEvent): AnswerEvent {
  return text === "" ? event : { ...event, content: text };
}

/** A token that is not told yet, and where in the model's text it begins. */
type PlacedToken = { at: number; logprobs: TokenLogprobs };

/** A part of a character has no length: it is told with what follows. */
function endOf({ at, logprobs }: PlacedToken): number {
  return at + Math.max(1, logprobs.token.length);
}

class ChoiceReading {
  readonly #reader: OutputReader;
  readonly #mostCalls: number;
  /** Characters of the model's text so far. */
  #length = 0;
  #hasCalled = false;
  #tokens: PlacedToken[] = [];

  constructor(reader: OutputReader, mostCalls: number) {
    this.#reader = reader;
    this.#mostCalls = mostCalls;
  }

  read(event: ChoiceEvent): AnswerEvent {
    const { id, text, logprobs, promptLogprobs, finish, ...rest } = event;
    if (logprobs) this.#keep(logprobs);
    this.#length += text.length;
    const pieces = text === "" ? [] : this.#reader.push(text);
    if (finish) pieces.push(...this.#reader.end());
    const read = this.#toEvent(pieces, logprobs !== undefined);
    return { ...rest, ...read, ...(finish && { finish: this.#finish(finish) }) };
  }

  #keep(logprobs: readonly TokenLogprobs[]): void {
    let at = this.#length;
    for (const one of logprobs) {
      this.#tokens.push({ at, logprobs: one });
      at += one.token.length;
    }
  }

  #toEvent(pieces: readonly OutputPiece[], isLogged: boolean): Partial<AnswerEvent> {
    const event: Partial<AnswerEvent> = {};
    for (const piece of pieces) {
      if (piece.kind === "reasoning") event.reasoning = (event.reasoning ?? "") + piece.text;
      if (piece.kind === "call" && piece.index < this.#mostCalls)
        event.toolCalls = [...(event.toolCalls ?? []), this.#call(piece)];
      if (piece.kind !== "content") continue;
      event.content = (event.content ?? "") + piece.text;
      if (isLogged || this.#tokens.length > 0)
        event.logprobs = [...(event.logprobs ?? []), ...this.#take(piece.at, piece.text.length)];
    }
    return event;
  }

  /** The tokens of a stretch of text, cut to it; what came before was no content. */
  #take(from: number, length: number): TokenLogprobs[] {
    const to = from + length;
    const taken = this.#tokens.filter((one) => one.at < to && endOf(one) > from);
    this.#tokens = this.#tokens.filter((one) => endOf(one) > to);
    return taken.map(({ at, logprobs }) => {
      const token = logprobs.token.slice(Math.max(0, from - at), to - at);
      return { ...logprobs, token };
    });
  }

  #call({
    index,
    name,
    id,
    arguments: text,
  }: Extract<OutputPiece, { kind: "call" }>): ToolCallDelta {
    this.#hasCalled = true;
    if (name === undefined) return { index, arguments: text };
    return { index, id: id ?? newCallId(), name, arguments: text };
  }

  #finish(finish: Finish): Finish {
    return this.#hasCalled && finish.reason === "stop"
      ? { ...finish, reason: "tool_calls" }
      : finish;
  }
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function newCallId(): string {
  return `call_${Array.from({ length: 24 }, () => letters[randomInt(letters.length)]).join("")}`;
}
