/** @file What a model learns from: tokens, and how much it counts to predict each of them. */

export type Example = {
  /** (tokens,) ids: a prompt as the worker would read it, its answer, the end of the turn. */
  tokens: Int32Array;
  /**
   * (tokens,) how much predicting each token, from those before it, counts: 0 for all that the model
   * does not write itself. The first is 0.
   */
  weights: Float32Array;
  /** Where the conversation stands: `file.jsonl:12`. */
  place: string;
};

/** How many tokens count at all. */
export function supervisedTokens(weights: Float32Array): number {
  return weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
}
