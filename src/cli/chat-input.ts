/** @file Lines → messages: """ fences, and lines that go on in the next. */

const fence = '"""';

/** Collects lines until they make a message. */
export class MessageReader {
  #lines: string[] = [];
  #fenced = false;

  /** Whether a message has begun that is not complete. */
  get open(): boolean {
    return this.#fenced || this.#lines.length > 0;
  }

  /** Takes one line; the message that it completes, if it does. */
  add(line: string): string | undefined {
    if (this.#fenced) return this.#addFenced(line);
    if (this.#lines.length === 0 && line.trimStart().startsWith(fence)) {
      this.#fenced = true;
      return this.#addFenced(line.trimStart().slice(fence.length));
    }
    if (line.endsWith("\\")) {
      this.#lines.push(line.slice(0, -1));
      return undefined;
    }
    return this.#finish(line);
  }

  /** The input has ended: what was collected is the message. */
  end(): string | undefined {
    return this.open ? this.#finish() : undefined;
  }

  /** Ctrl-C: forgets what was begun. */
  clear(): void {
    this.#lines = [];
    this.#fenced = false;
  }

  #addFenced(line: string): string | undefined {
    if (!line.trimEnd().endsWith(fence)) {
      if (this.#lines.length > 0 || line !== "") this.#lines.push(line);
      return undefined;
    }
    const rest = line.trimEnd().slice(0, -fence.length);
    return rest === "" ? this.#finish() : this.#finish(rest);
  }

  #finish(...last: string[]): string {
    const message = [...this.#lines, ...last].join("\n");
    this.clear();
    return message;
  }
}
