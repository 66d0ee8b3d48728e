/**
 * @file When to draft a little although it does not seem to pay: seldom, and more seldom each time
 * that it still does not.
 */

/** Steps without a draft before the next one. */
const soonest = 16;
const latest = 256;

export class Probe {
  #interval = soonest;
  #quiet = 0;

  /** Counts a step without a draft; true when it is time for one. */
  isDue(): boolean {
    if (++this.#quiet < this.#interval) return false;
    this.#quiet = 0;
    this.#interval = Math.min(latest, this.#interval * 2);
    return true;
  }

  /** Drafting pays, or the probe was right. */
  succeed(): void {
    this.#quiet = 0;
    this.#interval = soonest;
  }
}
