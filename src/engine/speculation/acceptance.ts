/**
 * @file How often drafted tokens turned out to be the ones picked: a moving average for each kind of
 * evidence that they were drafted on.
 *
 * A draft need not be evaluated to be judged: a proposal that was not used is compared with what the
 * model picked all the same.
 */

/** Matches of 2, 3, 4…7 and 8 or more tokens; then a draft model's word. */
export type Evidence = 0 | 1 | 2 | 3 | 4;
export const byModel: Evidence = 4;

/** What is believed before anything is known. */
const usual = [0.3, 0.4, 0.6, 0.8, 0.6];

export function evidenceOf(matched: number): Evidence {
  return matched >= 8 ? 3 : matched >= 4 ? 2 : matched === 3 ? 1 : 0;
}

export class Acceptance {
  readonly #rates: number[];
  readonly #weight: number;

  /** @param weight Of the newest token, 0…1. */
  constructor(weight: number, from: Acceptance | null = null) {
    this.#weight = weight;
    this.#rates = [...(from === null ? usual : from.#rates)];
  }

  /** Probability that a drafted token is picked, given that those before it were. */
  rate(evidence: Evidence): number {
    return this.#rates[evidence] as number;
  }

  /** So many drafted tokens were picked, and then perhaps one was not. */
  record(evidence: Evidence, hits: number, missed: boolean): void {
    for (let i = 0; i < hits; i++) this.#move(evidence, 1);
    if (missed) this.#move(evidence, 0);
  }

  #move(evidence: Evidence, to: number): void {
    this.#rates[evidence] = this.rate(evidence) * (1 - this.#weight) + to * this.#weight;
  }
}
