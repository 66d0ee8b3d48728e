/**
 * @file Rows in, a better model out: one optimiser step at a time.
 *
 * A step's loss is the mean over all its supervised tokens, however they fall into rows: each token's
 * weight is divided by the sum of the step's before the first row is computed, so that adding up the
 * gradients of the rows gives exactly that of the whole.
 */
import { freemem } from "node:os";
import type { ComputeDevice } from "../llama/compute-device.ts";
import { randomStream } from "../rating/random.ts";
import { supervisedTokens } from "./examples/example.ts";
import type { Row } from "./examples/packing.ts";
import { Network } from "./model/network.ts";
import type { Trained } from "./model/network-graphs.ts";
import type { Supervised } from "./model/network-memory.ts";
import type { ModelWeights } from "./model/weights.ts";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";

export type TrainerOptions = OptimizerOptions & {
  /** Tokens of the longest row. */
  contextSize: number;
  /** Of what adapters see. */
  dropout: number;
  recompute: boolean | "auto";
  /** Multiplies F32 matrices in BF16. */
  halfPrecision?: boolean;
  seed: number;
};

export type StepResult = {
  /** Mean of −ln p over the supervised tokens. */
  loss: number;
  gradNorm: number;
  tokens: number;
  supervisedTokens: number;
};

export class Trainer {
  readonly #device: ComputeDevice;
  readonly #weights: ModelWeights;
  readonly #trained: Trained;
  readonly #options: TrainerOptions;
  readonly #optimizer: Optimizer;
  /** By row length; made when the first row of that length comes. */
  readonly #networks = new Map<number, Network>();

  constructor(
    device: ComputeDevice,
    weights: ModelWeights,
    trained: Trained,
    options: TrainerOptions,
  ) {
    this.#device = device;
    this.#weights = weights;
    this.#trained = trained;
    this.#options = options;
    this.#optimizer = new Optimizer(device, trained.parameters, options);
  }

  /**
   * Learns from the rows of one step.
   *
   * @param step From 1; with the seed it decides what dropout leaves out.
   * @param pause Awaited after each row.
   */
  async step(
    step: number,
    rows: readonly Row[],
    learningRate: number,
    pause: () => Promise<void>,
  ): Promise<StepResult> {
    const random = randomStream(this.#options.seed, step);
    const share = 1 / rows.reduce((sum, row) => sum + weightOf(row), 0);
    let loss = 0;
    for (const row of rows) {
      loss += this.#network(row).learn(row, toSupervised(row, share), random);
      await pause();
    }
    const gradNorm = this.#optimizer.step(step, learningRate);
    return { loss, gradNorm, ...countsOf(rows) };
  }

  /** The loss of rows that are not learned from. */
  async evaluate(
    rows: readonly Row[],
    pause: () => Promise<void>,
  ): Promise<{ loss: number; supervisedTokens: number }> {
    const share = 1 / rows.reduce((sum, row) => sum + weightOf(row), 0);
    let loss = 0;
    for (const row of rows) {
      const network = this.#longEnough(row) ?? this.#network(row);
      loss += network.evaluate(row, toSupervised(row, share));
      await pause();
    }
    return { loss, supervisedTokens: countsOf(rows).supervisedTokens };
  }

  free(): void {
    for (const network of this.#networks.values()) network.free();
    this.#optimizer.free();
  }

  /** The shortest there is for the row: measuring needs no network, and no memory, of its own. */
  #longEnough({ tokens }: Row): Network | undefined {
    const lengths = [...this.#networks.keys()].filter((length) => length >= tokens.length);
    return this.#networks.get(Math.min(...lengths));
  }

  #network({ tokens }: Row): Network {
    const rowLength = rowLengthFor(tokens.length, this.#options.contextSize);
    const found = this.#networks.get(rowLength);
    if (found !== undefined) return found;
    const { vocabularySize } = this.#weights.hyperparameters;
    const { recompute, dropout, halfPrecision = false } = this.#options;
    const network = new Network(this.#device, this.#weights, this.#trained, {
      rowLength,
      headRows: headRowsFor(rowLength, vocabularySize),
      attentionBlock: 512,
      recompute: recompute === "auto" ? !isSmall(this.#weights, rowLength) : recompute,
      dropout,
      halfPrecision,
    });
    this.#networks.set(rowLength, network);
    return network;
  }
}

/** One of few lengths, each 4/3 or 3/2 of the one before: every length has graphs of its own. */
function rowLengthFor(tokens: number, contextSize: number): number {
  const whole = Math.ceil(contextSize / 32) * 32;
  let fitting = whole;
  for (let half = whole; half >= 64; half /= 2) {
    for (const length of [half, (half * 3) / 4]) {
      const rounded = Math.ceil(length / 32) * 32;
      if (rounded >= tokens) fitting = Math.min(fitting, rounded);
    }
  }
  return fitting;
}

/** As many rows of logits as take some 32 MB, and not more than a row has tokens. */
function headRowsFor(rowLength: number, vocabularySize: number): number {
  const rows = Math.floor((8 * 2 ** 20) / vocabularySize / 16) * 16;
  return Math.max(16, Math.min(rows, rowLength, 256));
}

/** Whether keeping all activations takes little of the memory that is free. */
function isSmall({ hyperparameters: h }: ModelWeights, rowLength: number): boolean {
  const perToken = 24 * h.embeddingLength + 6 * h.feedForward + 4 * h.heads * rowLength;
  return 4 * perToken * rowLength * h.layers < Math.min(2 ** 31, freemem() / 4);
}

function toSupervised({ tokens, weights }: Row, share: number): Supervised {
  const places = Int32Array.from(weights.keys())
    .filter((i) => (weights[i] ?? 0) > 0)
    .map((i) => i - 1);
  return {
    places,
    targets: places.map((place) => tokens[place + 1] ?? 0),
    weights: Float32Array.from(places, (place) => (weights[place + 1] ?? 0) * share),
  };
}

function weightOf({ weights }: Row): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

function countsOf(rows: readonly Row[]): { tokens: number; supervisedTokens: number } {
  return {
    tokens: rows.reduce((sum, { tokens }) => sum + tokens.length, 0),
    supervisedTokens: rows.reduce((sum, { weights }) => sum + supervisedTokens(weights), 0),
  };
}
