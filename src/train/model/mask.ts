/** @file Who may look at whom in a packed row: within one conversation, backwards, not too far. */

/** A packed row: the tokens of several conversations, one after the other. */
export type RowTokens = {
  tokens: Int32Array;
  /** Begin anew with each conversation. */
  positions: Int32Array;
  /** Which conversation each token belongs to. */
  segments: Int32Array;
};

/**
 * (queries, keys) as one list: 0 where a query may look, −∞ elsewhere. What fills the row up looks at
 * itself only, since a query that sees nothing has no mean.
 *
 * @param window How many tokens back a query sees, itself included.
 */
export function fillMask({ segments }: RowTokens, n: number, window: number): Float32Array {
  const mask = new Float32Array(n * n).fill(Number.NEGATIVE_INFINITY);
  let start = 0;
  for (let query = 0; query < n; query++) {
    const isReal = query < segments.length;
    if (!isReal || segments[query] !== segments[query - 1]) start = query;
    const from = isReal ? Math.max(start, query - window + 1) : query;
    mask.fill(0, query * n + from, query * n + query + 1);
  }
  return mask;
}
