/**
 * @file Examples packed into rows of at most `contextSize` tokens, so that little room stays empty:
 * best-fit decreasing. Examples of one row do not see one another.
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

/**
 * Best-fit decreasing: the longest example first, each into the fullest row that still has room.
 *
 * @param lengths (examples,) tokens of each, none above `contextSize`.
 * @returns       (rows, examples of the row) indices.
 */
export function packRows(lengths: readonly number[], contextSize: number): number[][] {
  throw new Error(`to be written: ${lengths.length} ${contextSize}`);
}

export function toRow(examples: readonly Example[]): Row {
  throw new Error(`to be written: ${examples.length}`);
}
