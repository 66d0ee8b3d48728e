/**
 * @file What a voter may be suspected of, and how much each suspicion has for it: of favouring or
 * shunning one of the models, of preferring a side of the screen, of voting against the majority.
 *
 * Only gross faults are suspected, odds bent fivefold or more: below about twofold the evidence
 * falls with every vote, so that a taste is no fault however often it is shown.
 */
import type { Tally } from "./ballots.ts";

const factors = [1 / 20, 1 / 5, 5, 20];
const bends = factors.length;

/** ln of what A's odds are multiplied by; the mirror image of place i is `bends - 1 - i`. */
export const logBends: readonly number[] = factors.map(Math.log);

/** How the trust of 1 that an e-value is made of is shared out; within each kind, evenly. */
const shares = { models: 0.5, seats: 0.25, majority: 0.25 };

export class Suspicions {
  /** (models, bends) ln evidence that the model's odds are bent so. */
  readonly #models: Float64Array;
  readonly #met = new Set<number>();
  /** (bends,) the same of seat A, whichever model sits there. */
  readonly #seats = new Float64Array(bends);
  /** (bends / 2,) that the odds of what most votes of the pair are for are bent down so. */
  readonly #majority = new Float64Array(bends / 2);

  constructor(models: number) {
    this.#models = new Float64Array(models * bends);
  }

  /**
   * @param all      all votes on these two, the voter's own included: A's wins.
   * @param evidence (bends,) of A's odds among the voter's own.
   */
  add(a: number, b: number, all: Tally, evidence: Float64Array): void {
    const lead = 2 * all.wins - all.votes;
    this.#met.add(a).add(b);
    for (let i = 0; i < bends; i++) {
      const mirrored = evidence[bends - 1 - i];
      this.#models[a * bends + i] += evidence[i];
      this.#models[b * bends + i] += mirrored;
      this.#seats[i] += evidence[i];
      if (lead !== 0 && i < this.#majority.length)
        this.#majority[i] += lead > 0 ? evidence[i] : mirrored;
    }
  }

  /** The mean over all suspicions, which are forgotten then. */
  takeEValue(): number {
    let models = 0;
    for (const model of this.#met)
      models += takeMean(this.#models.subarray(model * bends, (model + 1) * bends));
    const eValue =
      (shares.models * models) / this.#met.size +
      shares.seats * takeMean(this.#seats) +
      shares.majority * takeMean(this.#majority);
    this.#met.clear();
    return Math.min(eValue, Number.MAX_VALUE);
  }
}

/** The mean evidence, set back to none. */
function takeMean(logEvidence: Float64Array): number {
  let sum = 0;
  for (const one of logEvidence) sum += Math.exp(one);
  logEvidence.fill(0);
  return sum / logEvidence.length;
}
