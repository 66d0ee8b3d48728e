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
  /** The tokens that close a thought. */
  closing: number[];
};

export class ThoughtBudget {
  readonly #options: ThoughtOptions;
  /** As much of the text's end as a marker may have begun in. */
  #tail = "";
  #isOpen: boolean;
  #tokens = 0;
  /** The end of this thought is being written already. */
  #isEnding = false;

  constructor(options: ThoughtOptions) {
    this.#options = options;
    this.#isOpen = options.isOpen;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Takes the text of the next token; gives the tokens to write now, if the budget is spent. */
  push(text: string): readonly number[] {
    const { open, close, budgetTokens, closing } = this.#options;
    if (this.#isOpen) this.#tokens++;
    const seen = this.#tail + text;
    const marker = this.#isOpen ? close : open;
    const at = seen.indexOf(marker);
    if (at >= 0) this.#isOpen = !this.#isOpen;
    if (at >= 0) this.#isEnding = false;
    this.#tail = at >= 0 ? seen.slice(at + marker.length) : seen.slice(1 - marker.length);
    const isSpent = this.#isOpen && budgetTokens !== null && this.#tokens >= budgetTokens;
    if (!isSpent || this.#isEnding) return [];
    this.#isEnding = true;
    return closing;
  }
}
