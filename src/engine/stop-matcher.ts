/** @file Finds stop strings in streamed text, also where they cross the pieces they arrive in. */

export class StopMatcher {
  readonly #stops: readonly string[];
  #held = "";

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /**
   * Takes the next text and gives back what may be sent: all of it but a tail that could still
   * become a stop string; once one is complete, what stood before it.
   */
  push(text: string): { text: string; stopped: boolean } {
    if (this.#stops.length === 0) return { text, stopped: false };
    const pending = this.#held + text;
    const at = firstMatch(pending, this.#stops);
    if (at >= 0) {
      this.#held = "";
      return { text: pending.slice(0, at), stopped: true };
    }
    const keep = longestPartial(pending, this.#stops);
    this.#held = pending.slice(pending.length - keep);
    return { text: pending.slice(0, pending.length - keep), stopped: false };
  }

  /** What was withheld, once it is certain that no stop string will come of it. */
  flush(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}

function firstMatch(text: string, stops: readonly string[]): number {
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}

/** Length of the longest end of `text` that begins a stop string. */
function longestPartial(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops)
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--)
      if (text.endsWith(stop.slice(0, length))) longest = length;
  return longest;
}
