/** @file Finds stop strings in streamed text, also where they cross the pieces they arrive in. */

export class StopMatcher {
  readonly #stops: readonly string[];
  #held = "";

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /**
   * Takes the next text and gives back what may be sent: all of it but a tail that could still
   * become a stop string; once one is complete, what stood before it, and which it was.
   */
  push(text: string): { text: string; stop: string | null } {
    if (this.#stops.length === 0) return { text, stop: null };
    const pending = this.#held + text;
    const found = firstMatch(pending, this.#stops);
    if (found !== null) {
      this.#held = "";
      return { text: pending.slice(0, found.at), stop: found.stop };
    }
    const keep = longestPartial(pending, this.#stops);
    this.#held = pending.slice(pending.length - keep);
    return { text: pending.slice(0, pending.length - keep), stop: null };
  }

  /** What was withheld, once it is certain that no stop string will come of it. */
  flush(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}

function firstMatch(text: string, stops: readonly string[]): { at: number; stop: string } | null {
  let first: { at: number; stop: string } | null = null;
  for (const stop of stops) {
    const at = text.indexOf(stop);
    if (at >= 0 && (first === null || at < first.at)) first = { at, stop };
  }
  return first;
}

/** Length of the longest end of `text` that begins a stop string. */
function longestPartial(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops)
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--)
      if (text.endsWith(stop.slice(0, length))) longest = length;
  return longest;
}
