/**
 * @file What a model's text means: content, thoughts and calls told apart as they come, each
 * content with the log-probabilities of its own tokens.
 */
import { randomInt } from "node:crypto";
import type { Answer, AnswerEvent, Finish, ToolCallDelta } from "../../protocol/answer.ts";
import { ContentLog, type LoggedContent } from "./content-log.ts";
import { mapped } from "./mapped.ts";
import type { OutputPiece, OutputReader } from "./output-format.ts";

/** News of one choice, in the model's own text. */
export type TextEvent = Pick<
  AnswerEvent,
  "choice" | "logprobs" | "progress" | "timings" | "finish"
> & { text: string };

export type CallRules = {
  /** What the model calls beyond these, in one choice, is left out. */
  most: number;
  /** The answer was to be calls: text is a call that was cut off, and left out. */
  isAll: boolean;
};

const freely: CallRules = { most: Number.POSITIVE_INFINITY, isAll: false };

/** @param newReader makes one a choice; null takes all text for content. */
export function readAnswer(
  events: AsyncIterable<TextEvent>,
  newReader: (() => OutputReader) | null,
  calls = freely,
): Answer {
  if (newReader === null) return mapped(events, plainEvent);
  const choices = new Map<number, ChoiceReading>();
  return mapped(events, (event) => {
    const known = choices.get(event.choice);
    const choice = known ?? new ChoiceReading(newReader(), calls);
    if (known === undefined) choices.set(event.choice, choice);
    return choice.read(event);
  });
}

function plainEvent({ text, ...event }: TextEvent): AnswerEvent {
  return text === "" ? event : { ...event, content: text };
}

class ChoiceReading {
  readonly #reader: OutputReader;
  readonly #calls: CallRules;
  #hasCalled = false;
  /** Only where log-probabilities are told. */
  #log: ContentLog | null = null;

  constructor(reader: OutputReader, calls: CallRules) {
    this.#reader = reader;
    this.#calls = calls;
  }

  read(event: TextEvent): AnswerEvent {
    const { text, logprobs, finish, ...rest } = event;
    if (logprobs) {
      this.#log ??= new ContentLog();
      this.#log.push(logprobs);
    }
    const pieces = text === "" ? [] : this.#reader.push(text);
    if (finish) pieces.push(...this.#reader.end());
    const read: Partial<AnswerEvent> = {};
    for (const piece of pieces) this.#add(read, piece);
    if (!finish) return { ...rest, ...read };
    this.#addContent(read, this.#log?.flush());
    return { ...rest, ...read, finish: this.#finish(finish) };
  }

  #add(event: Partial<AnswerEvent>, piece: OutputPiece): void {
    if (piece.kind === "content") {
      const { text, at } = piece;
      this.#addContent(event, this.#log?.add(text, at) ?? { content: text });
      return;
    }
    this.#addContent(event, this.#log?.flush());
    if (piece.kind === "reasoning") event.reasoning = (event.reasoning ?? "") + piece.text;
    else if (piece.kind === "call" && piece.index < this.#calls.most)
      event.toolCalls = [...(event.toolCalls ?? []), this.#call(piece)];
  }

  #addContent(event: Partial<AnswerEvent>, added: Partial<LoggedContent> | undefined): void {
    if (!added?.content || this.#calls.isAll) return;
    event.content = (event.content ?? "") + added.content;
    if (added.logprobs) event.logprobs = [...(event.logprobs ?? []), ...added.logprobs];
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
