/**
 * @file Online Elo: ratings that move a little after each battle, so that their order matters.
 *
 * Source: A. E. Elo, "The Rating of Chessplayers, Past and Present", 1978; FastChat's
 * `monitor/rating_systems.py` for the constants and for the bootstrap.
 */
import type { Battles } from "./battles.ts";
import type { Random } from "./random.ts";

export type EloSettings = {
  /** How far a battle may move a rating. */
  k?: number;
  /** `scale` points are odds of `base` to one. */
  base?: number;
  scale?: number;
  initial?: number;
};

/** (models,) ratings after all battles, oldest first. Their sum never changes. */
export function onlineElo(battles: Battles, settings: EloSettings = {}): Float64Array {
  const ratings = newRatings(battles, settings);
  const move = mover(battles, settings);
  for (let row = 0; row < battles.length; row++) move(ratings, 0, row);
  return ratings;
}

/**
 * (rounds, models) ratings, each round after as many battles drawn with replacement, in the order
 * they were drawn: the order of time is resampled away, as in FastChat.
 */
export function bootstrapElo(
  battles: Battles,
  rounds: number,
  random: Random,
  settings: EloSettings = {},
): Float64Array {
  const { length } = battles;
  const models = battles.models.length;
  const ratings = newRatings(battles, settings, rounds);
  const move = mover(battles, settings);
  for (let round = 0; round < rounds; round++)
    for (let drawn = 0; drawn < length; drawn++)
      move(ratings, round * models, Math.floor(random() * length));
  return ratings;
}

function newRatings({ models }: Battles, { initial = 1000 }: EloSettings, rounds = 1) {
  return new Float64Array(rounds * models.length).fill(initial);
}

/** What a battle is worth to A, by its outcome's code. */
const scores = Float64Array.of(1, 0, 0.5, 0.5);

/** Lets the battle of a row move the ratings, of which those of the round begin at `start`. */
function mover(
  { a, b, outcome }: Battles,
  { k = 4, base = 10, scale = 400 }: EloSettings,
): (ratings: Float64Array, start: number, row: number) => void {
  const alpha = Math.log(base) / scale;
  return (ratings, start, row) => {
    const left = start + a[row];
    const right = start + b[row];
    const expected = 1 / (1 + Math.exp(alpha * (ratings[right] - ratings[left])));
    const update = k * (scores[outcome[row]] - expected);
    ratings[left] += update;
    ratings[right] -= update;
  };
}
