/**
 * @file Reads an answer: thoughts, then content with calls in it. A reading that turns out to be no
 * call goes back to where it began, and the text is content.
 */
import { AnswerOutput } from "./answer-output.ts";
import type { CallReading } from "./calls/call-syntax.ts";
import type { CallFormat } from "./formats/call-format.ts";
import { isClosed, isOpened, type ThoughtFormat } from "./formats/thoughts.ts";
import type { OutputReader, ReaderOptions } from "./output-format.ts";
import { type Reading, TextInput } from "./text/text-input.ts";

export type AnswerShape = { calls: CallFormat | null; thought: ThoughtFormat | null };

export function answerReader(shape: AnswerShape, options: ReaderOptions): OutputReader {
  const opened = openedBy(shape, options.promptEnd);
  const input = new TextInput();
  input.append(opened);
  const output = new AnswerOutput(shape.calls !== null && options.tools.length > 0, opened.length);
  const { thought } = shape;
  if (thought !== null && isClosed(thought, options.promptEnd)) output.turn("content");
  const answer = new Answer(shape, { input, output, tools: options.tools, from: 0 });
  const reading = answer.read();
  const advance = () => {
    reading.next();
    return output.take();
  };
  return {
    push(text) {
      input.append(text);
      return advance();
    },
    end() {
      input.end();
      return advance();
    },
  };
}

/** What the prompt ends with and the answer's first mark would be: read as if the model had written it. */
function openedBy({ calls, thought }: AnswerShape, promptEnd: string): string {
  if (thought !== null && isOpened(thought, promptEnd)) return thought.open;
  const mark = calls?.opensInPrompt;
  return mark !== undefined && promptEnd.endsWith(mark) ? mark : "";
}

class Answer {
  readonly #thought: ThoughtFormat | null;
  readonly #reading: CallReading;
  readonly #calls: CallFormat | null;
  readonly #opens: readonly string[];
  readonly #frames: readonly string[];

  constructor({ calls, thought }: AnswerShape, reading: CallReading) {
    this.#thought = thought;
    this.#reading = reading;
    this.#calls = calls;
    this.#opens = reading.tools.length === 0 ? [] : (calls?.syntax.opens ?? []);
    this.#frames = calls?.frames ?? [];
  }

  *read(): Reading<undefined> {
    const { input, output } = this.#reading;
    yield* this.#readFirst();
    if (yield* this.#seesBareCall()) yield* this.#readCall("");
    const { open } = this.#thought?.anywhere ? this.#thought : { open: null };
    const marks = [...this.#opens, ...this.#frames, ...(open === null ? [] : [open])];
    for (;;) {
      const mark = yield* input.until(marks, (text, at) => output.text("content", text, at));
      if (mark === null) break;
      if (mark === open) yield* this.#readThought(mark);
      else if (this.#frames.includes(mark)) input.at += mark.length;
      else yield* this.#readCall(mark);
    }
    output.end();
  }

  /** Thoughts at the beginning, whitespace before them left out. */
  *#readFirst(): Reading<undefined> {
    const { input, output } = this.#reading;
    const thought = this.#thought;
    if (thought === null) return;
    for (;;) {
      const begin = input.at;
      const atOnce = yield* input.sees(thought.open); // a mark may begin with a space
      if (!atOnce) yield* input.space();
      if (atOnce || (yield* input.sees(thought.open))) yield* this.#readThought(thought.open);
      else if (begin === 0 && (yield* input.takes(thought.close))) output.turn("content");
      else {
        input.at = begin;
        return;
      }
    }
  }

  *#readThought(open: string): Reading<undefined> {
    const { input, output } = this.#reading;
    const { close = "", endsAtCall = false } = this.#thought ?? {};
    input.at += open.length;
    if (yield* input.takes(open)) yield* input.space(); // the prompt has opened it, the model again
    const ends = endsAtCall ? [close, ...this.#opens] : [close];
    output.turn("reasoning");
    for (;;) {
      const end = yield* input.until(ends, (text, at) => output.text("reasoning", text, at));
      if (end !== null && end !== close && !(yield* this.#readCall(end, "reasoning"))) continue;
      if (end === close) input.at += close.length;
      break;
    }
    output.turn("content");
  }

  *#seesBareCall(): Reading<boolean> {
    const { input, tools } = this.#reading;
    if (tools.length === 0 || !this.#calls?.syntax.bare) return false;
    const begin = input.at;
    yield* input.space();
    const seen = /[{[]/.test(yield* input.peek());
    if (!seen) input.at = begin;
    return seen;
  }

  /** Reads a call; false when it is none, and is what stood there before: content, or a thought. */
  *#readCall(mark: string, kind: "content" | "reasoning" = "content"): Reading<boolean> {
    const { input, output } = this.#reading;
    const begin = input.at;
    this.#reading.from = begin;
    if (this.#calls !== null && (yield* this.#calls.syntax.read(this.#reading))) return true;
    if (!output.inCall) input.at = this.#reading.from;
    output.inCall = false;
    if (input.at > begin) return true;
    input.at = begin + mark.length;
    output.text(kind, mark, begin);
    return false;
  }
}
