/** @file When a process that died is started again, and when not any more. */

export type RestartLimits = {
  /** The first wait; each further one is twice as long. */
  firstWaitMs: number;
  longestWaitMs: number;
  /** This many deaths within the window, and it is left dead. */
  deaths: number;
  windowMs: number;
};

export const restartLimits: RestartLimits = {
  firstWaitMs: 1000,
  longestWaitMs: 30_000,
  deaths: 5,
  windowMs: 60_000,
};

/** The deaths of one child. */
export class RestartPolicy {
  readonly #limits: RestartLimits;
  #deaths: number[] = [];
  /** Deaths in a row, each within a window of the one before. */
  #row = 0;

  constructor(limits: RestartLimits) {
    this.#limits = limits;
  }

  /** Records a death at `now`, ms; how long to wait before the next start, or null for never. */
  died(now: number): number | null {
    const { firstWaitMs, longestWaitMs, deaths, windowMs } = this.#limits;
    const before = this.#deaths.at(-1) ?? Number.NEGATIVE_INFINITY;
    this.#row = now - before <= windowMs + longestWaitMs ? this.#row + 1 : 1;
    this.#deaths = [...this.#deaths, now].filter((death) => now - death < windowMs);
    if (this.#deaths.length >= deaths) return null;
    return Math.min(longestWaitMs, firstWaitMs * 2 ** (this.#row - 1));
  }
}
