/**
 * @file Where a model thinks aloud between `<think>` and `</think>` at the head of its answer, that
 * is its reasoning and not the answer, however the text was cut on its way.
 */
const open = "<think>";
const close = "</think>";

export class ReasoningSplitter {
  /** `head`: nothing but space has come, or a part of the mark; `gap`: space before the answer. */
  #state: "head" | "thinking" | "gap" | "answer" = "head";
  #held = "";

  /** The next piece, as what it is; a mark that may still become whole is held back. */
  push(piece: string): { text: string; reasoning: string } {
    if (this.#state === "answer") return { text: piece, reasoning: "" };
    if (this.#state === "gap") return this.#begin(piece);
    this.#held += piece;
    if (this.#state === "head") {
      const start = this.#held.trimStart();
      if (open.startsWith(start)) return { text: "", reasoning: "" };
      if (!start.startsWith(open)) return this.#answer(this.#held);
      this.#held = start.slice(open.length);
      this.#state = "thinking";
    }
    return this.#think();
  }

  /** What was held back when the answer ended. */
  flush(): { text: string; reasoning: string } {
    const held = this.#held;
    this.#held = "";
    return this.#state === "thinking"
      ? { text: "", reasoning: held }
      : { text: held, reasoning: "" };
  }

  #think(): { text: string; reasoning: string } {
    const end = this.#held.indexOf(close);
    if (end >= 0) {
      const reasoning = this.#held.slice(0, end);
      return { ...this.#begin(this.#held.slice(end + close.length)), reasoning };
    }
    const safe = this.#held.length - heldBack(this.#held);
    const reasoning = this.#held.slice(0, safe);
    this.#held = this.#held.slice(safe);
    return { text: "", reasoning };
  }

  #begin(text: string): { text: string; reasoning: string } {
    const start = text.trimStart();
    this.#held = "";
    this.#state = start === "" ? "gap" : "answer";
    return { text: start, reasoning: "" };
  }

  #answer(text: string): { text: string; reasoning: string } {
    this.#state = "answer";
    this.#held = "";
    return { text, reasoning: "" };
  }
}

/** How many characters at the end may be the beginning of the closing mark. */
function heldBack(text: string): number {
  for (let length = Math.min(close.length - 1, text.length); length > 0; length--)
    if (close.startsWith(text.slice(-length))) return length;
  return 0;
}
