/**
 * @file The bootstrap of style control: battles drawn anew one by one, since no table sums them up.
 *
 * Rounds draw from streams of their own, so that any thread may do any of them.
 */
import { randomStream } from "./random.ts";
import { drawRows, fitStyle, type StyleFit } from "./style-control.ts";
import type { StyleData } from "./style-data.ts";
import type { StylePenalty } from "./style-sums.ts";

export type StyleTask = {
  readonly data: StyleData;
  readonly penalty: StylePenalty;
  /** The fit of all battles: where each round begins. */
  readonly fit: StyleFit;
  readonly seed: number;
};

/** (to − from, models + k) parameters of the rounds from `from` up to, without, `to`. */
export function bootstrapStyle(task: StyleTask, from: number, to: number): Float64Array {
  const { data, penalty, fit, seed } = task;
  const width = data.models + data.features.length;
  const parameters = new Float64Array((to - from) * width);
  for (let round = from; round < to; round++) {
    const times = drawRows(data.score.length, randomStream(seed, round));
    const drawn = fitStyle(data, penalty, fit, times);
    const at = (round - from) * width;
    parameters.set(drawn.strengths, at);
    parameters.set(drawn.coefficients, at + data.models);
  }
  return parameters;
}
