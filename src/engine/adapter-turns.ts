/**
 * @file Whose turn it is when requests with different adapter sets run at once: a batch is evaluated
 * under one set, so the sets take turns, and those of one set share their steps.
 */
import type { Slot } from "./slot.ts";

/** A turn is so long, or one step: the change to another set costs some 10 ms of it. */
const turnMs = 100;

export class AdapterTurns {
  readonly #now: () => number;
  /** When each set in use last began a turn; ms. */
  #begun = new Map<string, number>();
  #current = "";

  /** @param now Ms, monotonic. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The running slots whose turn it is: all of them while they have one set. */
  of(running: Slot[]): Slot[] {
    const keys = new Set(running.map(({ adapters }) => adapters));
    if (keys.size > 1) return this.#ofSeveral(running, keys);
    this.#begun.clear();
    for (const key of keys) this.#current = key;
    return running;
  }

  #ofSeveral(running: Slot[], keys: ReadonlySet<string>): Slot[] {
    const begun = (key: string) => this.#begun.get(key) ?? -Infinity;
    const isOver = this.#now() - begun(this.#current) >= turnMs;
    if (isOver || !keys.has(this.#current)) {
      const others = [...keys].filter((key) => key !== this.#current);
      this.#current = others.reduce((a, b) => (begun(b) < begun(a) ? b : a)); // waits longest
      this.#begun = new Map([...this.#begun].filter(([key]) => keys.has(key)));
      this.#begun.set(this.#current, this.#now());
    }
    return running.filter(({ adapters }) => adapters === this.#current);
  }
}
