/**
 * @file Collects what a reading finds into pieces: neighbours joined, whitespace around calls and
 * thoughts left out.
 */
import type { OutputPiece } from "./output-format.ts";

type Kind = "content" | "reasoning";

export class AnswerOutput {
  #pieces: OutputPiece[] = [];
  #kind: Kind = "content";
  /** Whitespace that is told only if more text of its kind follows. */
  #held: { text: string; at: number }[] = [];
  /** What is left out at the beginning of the text that comes next; null where nothing is. */
  #leading: RegExp | null = null;
  readonly #mayCall: boolean;
  #index = -1;
  /** Whether a call has been begun and not been finished. */
  inCall = false;
  /** How much of the text read is the prompt's, not the model's. */
  readonly #before: number;

  /** @param mayCall whether whitespace may turn out to stand before a call. */
  constructor(mayCall: boolean, before: number) {
    this.#mayCall = mayCall;
    this.#before = before;
  }

  /** The pieces since the last time. */
  take(): OutputPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  text(kind: Kind, given: string, inputAt: number): void {
    if (kind !== this.#kind) this.turn(kind);
    const givenAt = inputAt - this.#before;
    const own = givenAt < 0 ? given.slice(-givenAt) : given;
    const text = this.#leading === null ? own : own.replace(this.#leading, "");
    if (text === "") return;
    this.#leading = null;
    const at = givenAt + given.length - text.length;
    const told = kind === "reasoning" || this.#mayCall ? text.trimEnd() : text;
    if (told !== "") {
      this.#flush();
      this.#tell(kind, told, at);
    }
    this.#hold(text.slice(told.length), at + told.length);
  }

  startCall(name: string, id?: string): void {
    this.#held = [];
    this.#leading = /^\s+/;
    this.#kind = "content";
    this.#index++;
    this.inCall = true;
    const named = { kind: "call", index: this.#index, name, arguments: "" } as const;
    this.#pieces.push(id === undefined ? named : { ...named, id });
  }

  passArguments(text: string): void {
    const last = this.#pieces.at(-1);
    if (last?.kind === "call" && last.index === this.#index) last.arguments += text;
    else if (text !== "") this.#pieces.push({ kind: "call", index: this.#index, arguments: text });
  }

  end(): void {
    if (this.#kind === "content" && this.#index < 0) this.#flush();
  }

  /** What comes next is of this kind, whitespace between it and what came before left out. */
  turn(kind: Kind): void {
    this.#held = [];
    this.#leading = kind === "reasoning" ? /^\s+/ : /^[\r\n]+/;
    this.#kind = kind;
  }

  #hold(text: string, at: number): void {
    if (text !== "") this.#held.push({ text, at });
  }

  #flush(): void {
    for (const { text, at } of this.#held) this.#tell(this.#kind, text, at);
    this.#held = [];
  }

  #tell(kind: Kind, text: string, at: number): void {
    const last = this.#pieces.at(-1);
    if (
      last !== undefined &&
      last.kind !== "call" &&
      last.kind === kind &&
      last.at + last.text.length === at
    )
      last.text += text;
    else this.#pieces.push({ kind, text, at });
  }
}
