/**
 * @file Counts the tokens of a model's thoughts, and says when they have been enough: the loop then
 * writes the end of the thought itself, and the model goes on from there.
 */

export type ThoughtOptions = {
  /** What opens and closes a thought in the text, control tokens spelt out. */
  open: string;
  close: string;
  /** The prompt ends within a thought. */
  isOpen: boolean;
  /** Null counts without end. */
  budgetTokens: number | null;
  /** What to write to close a thought. */
  closing: number[];
};

export class ThoughtBudget {
  /** The tokens that close a thought. */
  readonly closing: readonly number[];
  readonly #options: ThoughtOptions;
  /** As much of the text's end as a marker may have begun in. */
  #tail = "";
  #isOpen: boolean;
  #tokens = 0;

  constructor(options: ThoughtOptions) {
    this.#options = options;
    this.#isOpen = options.isOpen;
    this.closing = options.closing;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** A thought is open and has had all its tokens; it does not end by itself just now. */
  get isSpent(): boolean {
    const { budgetTokens, close } = this.#options;
    if (!this.#isOpen || budgetTokens === null || this.#tokens < budgetTokens) return false;
    return !endsWithin(this.#tail, close);
  }

  /** Takes the text of the next token. */
  push(text: string): void {
    const { open, close } = this.#options;
    if (this.#isOpen) this.#tokens++;
    const seen = this.#tail + text;
    const marker = this.#isOpen ? close : open;
    const at = seen.indexOf(marker);
    if (at >= 0) this.#isOpen = !this.#isOpen;
    this.#tail = at >= 0 ? seen.slice(at + marker.length) : seen.slice(1 - marker.length);
  }
}

/** Whether the text ends with a beginning of the marker. */
function endsWithin(text: string, marker: string): boolean {
  for (let length = Math.min(marker.length - 1, text.length); length > 0; length--)
    if (text.endsWith(marker.slice(0, length))) return true;
  return false;
}
