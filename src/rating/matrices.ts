/**
 * @file Every model against every other: what was seen, and what the ratings expect.
 *
 * All matrices are (models, models), row by row; NaN stands where there is nothing to say, and on
 * the diagonal.
 *
 * Source: FastChat's `monitor/elo_analysis.py`, figures 2 to 4.
 */
import type { PairCounts } from "./pair-table.ts";

/** The share of their decided battles that the row's model won against the column's. */
export function winFraction({ models, i, j, wins, losses }: PairCounts): Float64Array {
  const fraction = new Float64Array(models * models).fill(Number.NaN);
  for (let pair = 0; pair < i.length; pair++) {
    const decided = wins[pair] + losses[pair];
    if (i[pair] === j[pair] || decided === 0) continue;
    fraction[i[pair] * models + j[pair]] = wins[pair] / decided;
    fraction[j[pair] * models + i[pair]] = losses[pair] / decided;
  }
  return fraction;
}

/** Decided battles of the two; 0 on the diagonal. */
export function battleCounts({ models, i, j, wins, losses }: PairCounts): Float64Array {
  const counts = new Float64Array(models * models);
  for (let pair = 0; pair < i.length; pair++) {
    if (i[pair] === j[pair]) continue;
    const decided = wins[pair] + losses[pair];
    counts[i[pair] * models + j[pair]] = decided;
    counts[j[pair] * models + i[pair]] = decided;
  }
  return counts;
}

/**
 * What the row's model is expected to score against the column's, a tie being half a win.
 *
 * @param ratings (models,) on the Elo scale; NaN where there is none.
 */
export function predictedWin(ratings: Float64Array): Float64Array {
  const models = ratings.length;
  const expected = new Float64Array(models * models).fill(Number.NaN);
  for (let row = 0; row < models; row++)
    for (let column = 0; column < models; column++)
      if (row !== column)
        expected[row * models + column] = 1 / (1 + 10 ** ((ratings[column] - ratings[row]) / 400));
  return expected;
}

/**
 * (models,) the mean of each row of a matrix, over what it says: of `winFraction` the average win
 * rate if all pairs met equally often, of `predictedWin` the one the ratings expect.
 */
export function rowMeans(matrix: Float64Array): Float64Array {
  const models = Math.sqrt(matrix.length);
  return Float64Array.from({ length: models }, (_, row) =>
    meanOf(matrix.subarray(row * models, (row + 1) * models)),
  );
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}
