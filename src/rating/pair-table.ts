/**
 * @file How often each pair of models met, and how it ended: all that Bradley–Terry needs.
 *
 * A hundred models make 4 950 pairs, however many battles there are. A vote is added in constant
 * time, so a leaderboard can follow each vote.
 */
import type { Battles } from "./battles.ts";

/** Outcomes of a pair {i, j}, i < j. */
export type PairCounts = {
  /** How many models there are; `i` and `j` are below it. */
  readonly models: number;
  /** (pairs,) ascending by i, then j; only pairs that met. */
  readonly i: Int32Array;
  readonly j: Int32Array;
  /** (pairs,) battles that i won, that j won, ties, and those where both were bad. */
  readonly wins: Float64Array;
  readonly losses: Float64Array;
  readonly ties: Float64Array;
  readonly bothBad: Float64Array;
};

/** The four counts of a pair lie side by side, in this order: a won, b won, tie, both bad. */
const cellWidth = 4;
const firstCapacity = 256;

export class PairTable {
  readonly models: number;
  /** i · models + j → place of the pair. */
  readonly #places = new Map<number, number>();
  #cells = new Float64Array(firstCapacity * cellWidth);
  #order: Order | undefined;
  #sorted: PairCounts | undefined;

  constructor(models: number) {
    this.models = models;
  }

  /** @param outcome a place in `winners`, as seen from `a`. */
  add(a: number, b: number, outcome: number, count = 1): void {
    this.#sorted = undefined;
    const flipped = a > b;
    const seen = flipped && outcome < 2 ? 1 - outcome : outcome;
    const cell = this.#place(flipped ? b : a, flipped ? a : b) * cellWidth + seen;
    this.#cells[cell] += count;
  }

  /** The counts as they stand now; later votes do not change them. */
  counts(): PairCounts {
    this.#sorted ??= this.#sort();
    return this.#sorted;
  }

  #place(i: number, j: number): number {
    const key = i * this.models + j;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#places.size;
    this.#places.set(key, place);
    if ((place + 1) * cellWidth > this.#cells.length) this.#grow();
    return place;
  }

  #grow(): void {
    const grown = new Float64Array(this.#cells.length * 2);
    grown.set(this.#cells);
    this.#cells = grown;
  }

  /** The pairs in ascending order: it holds until one meets for the first time. */
  #inOrder(): Order {
    if (this.#order?.i.length === this.#places.size) return this.#order;
    const keys = Float64Array.from(this.#places.keys()).sort();
    this.#order = {
      i: Int32Array.from(keys, (key) => Math.floor(key / this.models)),
      j: Int32Array.from(keys, (key) => key % this.models),
      cell: Int32Array.from(keys, (key) => (this.#places.get(key) ?? 0) * cellWidth),
    };
    return this.#order;
  }

  #sort(): PairCounts {
    const { i, j, cell } = this.#inOrder();
    const [wins, losses, ties, bothBad] = [0, 1, 2, 3].map((offset) => {
      const column = new Float64Array(cell.length);
      for (let pair = 0; pair < cell.length; pair++)
        column[pair] = this.#cells[cell[pair] + offset];
      return column;
    });
    return { models: this.models, i, j, wins, losses, ties, bothBad };
  }
}

/** (pairs,) the models of each pair, and where its four counts begin. */
type Order = { i: Int32Array; j: Int32Array; cell: Int32Array };

/** The table of all battles. */
export function countPairs({ models, a, b, outcome, length }: Battles): PairCounts {
  const table = new PairTable(models.length);
  for (let row = 0; row < length; row++) table.add(a[row], b[row], outcome[row]);
  return table.counts();
}
