/**
 * @file Examples packed into rows of at most `contextSize` tokens, so that little room stays empty:
 * best-fit decreasing. Examples of one row do not see one another.
 *
 * No such packing takes more than 11/9 of the fewest possible rows, and one more.
 *
 * Source: D. S. Johnson et al., "Worst-Case Performance Bounds for Simple One-Dimensional Packing
 * Algorithms", SIAM J. Comput. 3(4), 1974. https://doi.org/10.1137/0203025
 */
import type { Example } from "./example.ts";

/** Examples end to end; each column is (tokens,). */
export type Row = {
  tokens: Int32Array;
  /** From 0 in each example. */
  positions: Int32Array;
  /** Which example of the row a token belongs to, from 0. */
  segments: Int32Array;
  /** As in each example: the first token of a segment has weight 0. */
  weights: Float32Array;
};

/** Every example once, packed or each for itself, in an order that depends on nothing but theirs. */
export function packExamples(
  examples: readonly Example[],
  { contextSize, packing }: { contextSize: number; packing: boolean },
): Example[][] {
  if (!packing) return examples.map((example) => [example]);
  const lengths = examples.map(({ tokens }) => tokens.length);
  return packRows(lengths, contextSize).map((row) =>
    row.map((index) => examples[index] as Example),
  );
}

/**
 * Best-fit decreasing, in O(n log n): the longest example first, each into the fullest row that has
 * room for it.
 *
 * @param lengths (examples,) tokens of each, none above `contextSize`.
 * @returns       (rows, examples of the row) indices.
 */
export function packRows(lengths: readonly number[], contextSize: number): number[][] {
  const rows: number[][] = [];
  const rooms = new Rooms(contextSize);
  const lengthOf = (index: number) => lengths[index] ?? 0;
  const longestFirst = [...lengths.keys()].sort((a, b) => lengthOf(b) - lengthOf(a));
  for (const index of longestFirst) {
    const length = lengthOf(index);
    if (length > contextSize) throw new RangeError(`${length} tokens in a row of ${contextSize}`);
    const room = rooms.smallest(length);
    const row = room < 0 ? rows.push([]) - 1 : rooms.take(room);
    rows[row]?.push(index);
    rooms.put((room < 0 ? contextSize : room) - length, row);
  }
  return rows;
}

export function toRow(examples: readonly Example[]): Row {
  const length = tokensOf(examples);
  const row: Row = {
    tokens: new Int32Array(length),
    positions: new Int32Array(length),
    segments: new Int32Array(length),
    weights: new Float32Array(length),
  };
  let at = 0;
  for (const [segment, { tokens, weights }] of examples.entries()) {
    row.tokens.set(tokens, at);
    row.weights.set(weights, at);
    row.segments.fill(segment, at, at + tokens.length);
    for (let position = 0; position < tokens.length; position++)
      row.positions[at + position] = position;
    at += tokens.length;
  }
  return row;
}

/** Of several examples together. */
export function tokensOf(examples: readonly Example[]): number {
  return examples.reduce((sum, { tokens }) => sum + tokens.length, 0);
}

/** What a trainer has to compute that fills each row up to the context. */
export function paddedTokens(rows: readonly unknown[], contextSize: number): number {
  return rows.length * contextSize;
}

/** Open rows by the room they have left, with a tree of bits above to find the tightest one. */
class Rooms {
  readonly #rows: number[][];
  readonly #leaves: number;
  /** Node i has the children 2i and 2i + 1, and says whether a row is open anywhere below. */
  readonly #open: Uint8Array;

  constructor(largest: number) {
    this.#leaves = 2 ** Math.ceil(Math.log2(largest + 1));
    this.#open = new Uint8Array(2 * this.#leaves);
    this.#rows = [];
  }

  put(room: number, row: number): void {
    const rows = this.#rows[room];
    if (rows === undefined) this.#rows[room] = [row];
    else rows.push(row);
    for (let node = room + this.#leaves; node > 0; node >>= 1) this.#open[node] = 1;
  }

  /** Takes a row out that has just this room. */
  take(room: number): number {
    const rows = this.#rows[room] ?? [];
    const row = rows.pop() ?? -1;
    let node = room + this.#leaves;
    if (rows.length === 0) this.#open[node] = 0;
    while (node > 1) {
      node >>= 1;
      this.#open[node] = Number(this.#isOpen(2 * node) || this.#isOpen(2 * node + 1));
    }
    return row;
  }

  /** The least room that a row has and that is enough; -1 when none is. */
  smallest(enough: number): number {
    let node = enough + this.#leaves;
    while (!this.#isOpen(node)) {
      while (node % 2 === 1) node >>= 1; // up, while nothing lies to the right
      if (node === 0) return -1;
      node++;
    }
    while (node < this.#leaves) node = this.#isOpen(2 * node) ? 2 * node : 2 * node + 1;
    return node - this.#leaves;
  }

  #isOpen(node: number): boolean {
    return this.#open[node] === 1;
  }
}
