/**
 * @file Finds where a text's end stood before in the same text: what followed there may follow again.
 *
 * Each pair of tokens points to the one of its kind before it, as in LZ77, so a new token costs the
 * same however long the text is.
 *
 * Source: A. Saxena, "Prompt Lookup Decoding", 2023. https://github.com/apoorvumang/prompt-lookup-decoding
 */

/** What may come next, and how many tokens before it agree with the text's end: 2 or more. */
export type Proposal = { tokens: number[]; matched: number };

/** Earlier places that are looked at, the latest first. */
const mostPlaces = 8;
/** A longer match is not worth more. */
const mostMatched = 16;

export class NgramIndex {
  readonly #tokens: readonly number[];
  /** By pair: the latest place behind it. */
  readonly #latest = new Map<number, number>();
  /** By place: the one before it behind the same pair. */
  readonly #earlier: number[] = [0, 0];

  /** @param tokens The text; tokens may be added to it, and never change. */
  constructor(tokens: readonly number[]) {
    this.#tokens = tokens;
  }

  /** The longest match's continuation, at most so many tokens; null where there is none. */
  propose(most: number): Proposal | null {
    this.#catchUp();
    let best = 0;
    let matched = 1;
    let place = this.#latest.get(this.#pairBefore(this.#tokens.length));
    for (let tries = 0; place && tries < mostPlaces; tries++) {
      const length = this.#matchedAt(place);
      if (length > matched) [best, matched] = [place, length];
      place = this.#earlier[place];
    }
    return matched < 2 ? null : { tokens: this.#from(best, most), matched };
  }

  /** Every pair but the last, which is what is looked for. */
  #catchUp(): void {
    for (let place = this.#earlier.length; place < this.#tokens.length; place++) {
      const pair = this.#pairBefore(place);
      this.#earlier[place] = this.#latest.get(pair) ?? 0;
      this.#latest.set(pair, place);
    }
  }

  /** A number for the pair, the same for some others: matches are compared token by token. */
  #pairBefore(place: number): number {
    const [first, second] = [this.#tokens[place - 2] ?? 0, this.#tokens[place - 1] ?? 0];
    return (Math.imul(first, 0x9e3779b1) ^ second) & 0x3fffffff;
  }

  #matchedAt(place: number): number {
    const end = this.#tokens.length;
    const most = Math.min(place, mostMatched);
    let length = 0;
    while (length < most && this.#tokens[place - 1 - length] === this.#tokens[end - 1 - length])
      length++;
    return length;
  }

  /** Past the text's end it goes on with what it has just copied, as a text in a loop does. */
  #from(place: number, count: number): number[] {
    const copied: number[] = [];
    for (let i = 0; i < count; i++) {
      const at = place + i;
      copied.push((this.#tokens[at] ?? copied[at - this.#tokens.length]) as number);
    }
    return copied;
  }
}
