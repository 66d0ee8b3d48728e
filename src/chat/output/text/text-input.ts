/**
 * @file Text that arrives in parts, read as if it were whole: a reading waits (yields) whenever what
 * comes next could still change its mind, so that no cut of the text changes what is read.
 */

/** A reading in progress; each `yield` asks for more text. */
export type Reading<T> = Generator<undefined, T, undefined>;

export class TextInput {
  #text = "";
  #ended = false;
  /** Where the next character is read. May be set back. */
  at = 0;

  append(text: string): void {
    this.#text += text;
  }

  end(): void {
    this.#ended = true;
  }

  slice(from: number, to: number): string {
    return this.#text.slice(from, to);
  }

  /** Waits for more text; false when there is none to come. */
  *more(): Reading<boolean> {
    const known = this.#text.length;
    while (this.#text.length === known) {
      if (this.#ended) return false;
      yield;
    }
    return true;
  }

  /** The next characters, without reading them; fewer only at the end. */
  *peek(count = 1): Reading<string> {
    while (this.#text.length < this.at + count) if (!(yield* this.more())) break;
    return this.#text.slice(this.at, this.at + count);
  }

  /** Whether this comes next; settled at the first letter that differs. */
  *sees(literal: string): Reading<boolean> {
    for (;;) {
      const next = this.#text.slice(this.at, this.at + literal.length);
      if (!literal.startsWith(next)) return false;
      if (next.length === literal.length) return true;
      if (!(yield* this.more())) return false;
    }
  }

  /** Reads this if it comes next. */
  *takes(literal: string): Reading<boolean> {
    const seen = yield* this.sees(literal);
    if (seen) this.at += literal.length;
    return seen;
  }

  /** Reads characters for as long as they are of this kind, and waits for the first that is not. */
  *run(kind: RegExp): Reading<string> {
    const start = this.at;
    while (kind.test(yield* this.peek())) this.at++;
    return this.#text.slice(start, this.at);
  }

  space(): Reading<string> {
    return this.run(/\s/);
  }

  /** Reads the text before `marker` and the marker; null, and nothing read, when it is too far away. */
  *before(marker: string, limit = 300): Reading<string | null> {
    for (;;) {
      const found = this.#text.indexOf(marker, this.at);
      const length = found < 0 ? this.#text.length - marker.length - this.at : found - this.at;
      if (length > limit) return null;
      if (found >= 0) {
        const text = this.#text.slice(this.at, found);
        this.at = found + marker.length;
        return text;
      }
      if (!(yield* this.more())) return null;
    }
  }

  /**
   * Passes text on as it comes, up to the first of the markers, which is not read yet.
   *
   * @returns the marker, the longest where one is the beginning of another; null at the end.
   */
  *until(
    markers: readonly string[],
    pass: (text: string, at: number) => void,
  ): Reading<string | null> {
    for (;;) {
      const { at, marker } = this.#next(markers);
      if (at > this.at) pass(this.#text.slice(this.at, at), this.at);
      this.at = at;
      if (marker !== null) return marker;
      if (at === this.#text.length && this.#ended) return null;
      yield* this.more();
    }
  }

  /** The first place where a marker stands, or may come to stand once more text is here. */
  #next(markers: readonly string[]): { at: number; marker: string | null } {
    const heads = new Set(markers.map((marker) => marker[0]));
    for (let at = this.at; at < this.#text.length; at++) {
      if (!heads.has(this.#text[at])) continue;
      const begun = markers.filter((marker) =>
        marker.startsWith(this.#text.slice(at, at + marker.length)),
      );
      const whole = begun.filter((marker) => this.#text.startsWith(marker, at));
      if (!this.#ended && begun.length > whole.length) return { at, marker: null };
      const [marker] = whole.sort((one, other) => other.length - one.length);
      if (marker !== undefined) return { at, marker };
    }
    return { at: this.#text.length, marker: null };
  }
}
