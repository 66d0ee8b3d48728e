/**
 * @file One pass over all battles: the sums that Newton and the sandwich of style control need.
 *
 * Rows of one pair share a difference of strengths, so their sums stay in registers; what concerns
 * two models is added up by pair first and spread over the matrix afterwards.
 */
import type { StyleData } from "./style-data.ts";

/** Weights of ½ Σθ² and ½ Σγ². */
export type StylePenalty = { strengths: number; style: number };

/** How a row is weighed: by p(1 − p), by its squared score (y − p)², or not: for the gradient alone. */
type Weighing = "curvature" | "squared scores" | "none";

export class StyleSums {
  readonly #data: StyleData;
  readonly #k: number;
  /** (pairs,) Σ (y − p), Σ w, and (pairs, k) Σ w z. */
  readonly #slope: Float64Array;
  readonly #curve: Float64Array;
  readonly #cross: Float64Array;
  /** (k,) Σ (y − p) z, and (k, k) Σ w z zᵀ. */
  readonly #styleSlope: Float64Array;
  readonly #styleCurve: Float64Array;

  constructor(data: StyleData) {
    const [pairs, k] = [data.i.length, data.features.length];
    this.#data = data;
    this.#k = k;
    this.#slope = new Float64Array(pairs);
    this.#curve = new Float64Array(pairs);
    this.#cross = new Float64Array(pairs * k);
    this.#styleSlope = new Float64Array(k);
    this.#styleCurve = new Float64Array(k * k);
  }

  /**
   * @param parameters (models + k,) strengths, then coefficients.
   * @param times      (rows,) how often each row counts.
   */
  collect(parameters: Float64Array, weighing: Weighing, times?: Uint16Array): void {
    const { i, j, models, weight } = this.#data;
    const coefficients = parameters.subarray(models);
    this.#styleSlope.fill(0);
    this.#styleCurve.fill(0);
    const sums = new Float64Array(2 + 2 * this.#k + this.#k ** 2);
    for (let pair = 0; pair < i.length; pair++) {
      const ahead = parameters[i[pair]] - parameters[j[pair]];
      sums.fill(0);
      this.#sumPair(pair, ahead, coefficients, weighing, times, sums);
      const once = weight[pair];
      this.#keep(pair, sums, once, weighing === "squared scores" ? once ** 2 : once);
    }
  }

  /** (models + k,) of the penalised likelihood. */
  gradient(parameters: Float64Array, penalty: StylePenalty): Float64Array {
    const { i, j, models } = this.#data;
    const gradient = parameters.map((one, at) =>
      at < models ? -penalty.strengths * one : -penalty.style * one,
    );
    for (let pair = 0; pair < i.length; pair++) {
      add(gradient, i[pair], this.#slope[pair]);
      add(gradient, j[pair], -this.#slope[pair]);
    }
    for (let f = 0; f < this.#k; f++) add(gradient, models + f, this.#styleSlope[f]);
    return gradient;
  }

  /**
   * (n, n), n = models + k: Σ w x xᵀ with x = (eᵢ − eⱼ, z).
   *
   * @param penalty added to the diagonal, and the sum of the strengths pinned; null for the bare sum.
   */
  matrix(penalty: StylePenalty | null): Float64Array {
    const { i, j, models } = this.#data;
    const [n, k] = [models + this.#k, this.#k];
    const matrix = new Float64Array(n * n);
    for (let pair = 0; pair < i.length; pair++) {
      const [a, b] = [i[pair], j[pair]];
      const curve = this.#curve[pair];
      add(matrix, a * n + a, curve);
      add(matrix, b * n + b, curve);
      add(matrix, a * n + b, -curve);
      add(matrix, b * n + a, -curve);
      for (let f = 0; f < k; f++) {
        const cross = this.#cross[pair * k + f];
        add(matrix, a * n + models + f, cross);
        add(matrix, (models + f) * n + a, cross);
        add(matrix, b * n + models + f, -cross);
        add(matrix, (models + f) * n + b, -cross);
      }
    }
    for (let f = 0; f < k; f++)
      for (let g = 0; g < k; g++)
        matrix[(models + f) * n + models + g] = this.#styleCurve[f * k + g];
    if (penalty) regularise(matrix, models, n, penalty);
    return matrix;
  }

  /** The hot loop: adds one pair's rows to `sums`, which is laid out as `#keep` reads it. */
  #sumPair(
    pair: number,
    ahead: number,
    coefficients: Float64Array,
    weighing: Weighing,
    times: Uint16Array | undefined,
    sums: Float64Array,
  ): void {
    const { start, score, z } = this.#data;
    const k = this.#k;
    const end = start[pair + 1];
    const isWeighed = weighing !== "none";
    const isCurvature = weighing === "curvature";
    let slope = 0;
    let curve = 0;
    for (let row = start[pair]; row < end; row++) {
      const count = times === undefined ? 1 : times[row];
      if (count === 0) continue;
      let logit = ahead;
      for (let f = 0; f < k; f++) logit += z[row * k + f] * coefficients[f];
      const p = 1 / (1 + Math.exp(-logit));
      const miss = score[row] - p;
      slope += count * miss;
      for (let f = 0; f < k; f++) sums[2 + f] += count * miss * z[row * k + f];
      if (!isWeighed) continue;
      const w = count * (isCurvature ? p * (1 - p) : miss * miss);
      curve += w;
      for (let f = 0; f < k; f++) {
        const weighed = w * z[row * k + f];
        sums[2 + k + f] += weighed;
        for (let g = 0; g <= f; g++) {
          sums[2 + 2 * k + f * k + g] += weighed * z[row * k + g];
        }
      }
    }
    sums[0] = slope;
    sums[1] = curve;
  }

  /** Files a pair's sums: slope, curve, (k,) Σ (y − p) z, (k,) Σ w z, (k, k) Σ w z zᵀ, lower half. */
  #keep(pair: number, sums: Float64Array, forSlope: number, forCurve: number): void {
    const k = this.#k;
    this.#slope[pair] = forSlope * sums[0];
    this.#curve[pair] = forCurve * sums[1];
    for (let f = 0; f < k; f++) {
      add(this.#styleSlope, f, forSlope * sums[2 + f]);
      this.#cross[pair * k + f] = forCurve * sums[2 + k + f];
      for (let g = 0; g <= f; g++) {
        const value = forCurve * sums[2 + 2 * k + f * k + g];
        add(this.#styleCurve, f * k + g, value);
        if (g < f) add(this.#styleCurve, g * k + f, value);
      }
    }
  }
}

/** The penalty, c 11ᵀ on the strengths, and a 1 where a feature never differs. */
function regularise(matrix: Float64Array, models: number, n: number, penalty: StylePenalty): void {
  let trace = 0;
  for (let k = 0; k < models; k++) trace += matrix[k * n + k];
  const pin = trace / models ** 2 || 1;
  for (let row = 0; row < models; row++)
    for (let column = 0; column < models; column++) add(matrix, row * n + column, pin);
  for (let k = 0; k < n; k++) {
    add(matrix, k * n + k, k < models ? penalty.strengths : penalty.style);
    if (matrix[k * n + k] === 0) matrix[k * n + k] = 1;
  }
}

function add(array: Float64Array, at: number, value: number): void {
  array[at] += value;
}
