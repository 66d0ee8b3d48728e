/**
 * @file What a step costs by its number of rows, in ms, as measured on this machine while it serves.
 *
 * The machine's load changes for all sizes alike and quickly, the sizes' relation hardly ever: so one
 * figure follows the load, and one for each size, slowly, how it compares with the others.
 */

/** Of a new measurement: in the load, and in a size's own figure once that is known. */
const loadWeight = 0.2;
const sizeWeight = 0.02;
/** A step that took longer than so many times what it should was disturbed. */
const mostTimes = 3;
/** Of the smallest step known, for each further row, while only one size is known. */
const guessedRow = 0.2;
/** Sizes told apart; those above are taken together in steps of a tenth. */
const exactRows = 32;

type Size = { rows: number; cost: number; count: number };

export class StepCost {
  #load = 0;
  /** By rows, ascending. */
  readonly #sizes: Size[] = [];

  get isKnown(): boolean {
    return this.#sizes.length > 0;
  }

  measure(rows: number, ms: number): void {
    if (this.#load === 0) this.#load = ms;
    const seen = this.#sizeOf(rounded(rows));
    const times = Math.min(ms / (this.#load * seen.cost), mostTimes);
    seen.cost *= 1 + (times - 1) * Math.max(sizeWeight, 1 / (seen.count + 1));
    // A size that is new says nothing of the load.
    if (seen.count > 0) this.#load *= 1 + (times - 1) * loadWeight;
    seen.count++;
  }

  /** Between sizes that are known, and past them, along a straight line. */
  at(rows: number): number {
    return this.#load * this.#relative(rows);
  }

  #relative(rows: number): number {
    const [first] = this.#sizes;
    if (first === undefined) return 0;
    const next = this.#sizes.findIndex((size) => size.rows >= rows);
    const above = this.#sizes[next < 0 ? this.#sizes.length - 1 : Math.max(next, 1)];
    const below = this.#sizes[this.#sizes.indexOf(above ?? first) - 1];
    if (above === undefined || below === undefined)
      return first.cost * Math.max(0.1, 1 + guessedRow * (rows - first.rows));
    const slope = Math.max(0, above.cost - below.cost) / (above.rows - below.rows);
    return Math.max(first.cost * 0.1, below.cost + slope * (rows - below.rows));
  }

  #sizeOf(rows: number): Size {
    const found = this.#sizes.find((size) => size.rows === rows);
    if (found) return found;
    const added = { rows, cost: this.#relative(rows) || 1, count: 0 };
    this.#sizes.push(added);
    this.#sizes.sort((a, b) => a.rows - b.rows);
    return added;
  }
}

function rounded(rows: number): number {
  if (rows <= exactRows) return rows;
  return Math.round(1.1 ** Math.round(Math.log(rows) / Math.log(1.1)));
}
