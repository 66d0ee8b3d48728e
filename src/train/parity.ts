/**
 * @file Is our network the model's? Before any training, its logits are compared with llama.cpp's on
 * the same weights and tokens. Where they differ, we would train something else, and refuse.
 */
import { UsageError } from "../errors/usage-error.ts";
import type { ComputeDevice } from "../llama/compute-device.ts";
import { Context, TokenBatch } from "../llama/context.ts";
import { Model } from "../llama/model.ts";
import type { Native } from "../llama/native.ts";
import type { Row } from "./examples/packing.ts";
import { Network } from "./model/network.ts";
import type { Trained } from "./model/network-graphs.ts";
import type { ModelWeights } from "./model/weights.ts";

export type Parity = {
  /** The largest difference of two logits, over all that were compared. */
  difference: number;
  /** What it may be. */
  limit: number;
};

/** Of the first example's tokens, so many are compared. */
const comparedTokens = 48;
/**
 * What rounding may explain, in logits: in F32 a fixed amount. Half-precision and quantised weights
 * also round activations, in another order here than there; then it is a share of the largest logit.
 */
const exactLimit = 4e-3;
const roundedShare = 0.05;

/**
 * Compares the logits of some tokens.
 *
 * @throws {UsageError} they are not the same: the architecture has something that we do not know.
 */
export function checkParity(
  native: Native,
  path: string,
  device: ComputeDevice,
  weights: ModelWeights,
  trained: Trained,
  row: Row,
): Parity {
  const tokens = row.tokens.slice(0, comparedTokens);
  const own = ownLogits(device, weights, trained, tokens);
  const theirs = llamaLogits(native, path, device.threads, tokens, own[0]?.length ?? 0);
  let [difference, largest] = [0, 0];
  for (const [i, logits] of own.entries()) {
    for (const [k, logit] of logits.entries()) {
      const wanted = theirs[i]?.[k] ?? Number.NaN;
      difference = Math.max(difference, Math.abs(logit - wanted));
      largest = Math.max(largest, Math.abs(wanted));
    }
  }
  const limit = isExact(weights) ? exactLimit : Math.max(exactLimit, roundedShare * largest);
  if (difference <= limit) return { difference, limit };
  throw new UsageError(
    `${path} cannot be trained: our logits differ from llama.cpp's by ${difference.toPrecision(2)} (at most ${limit.toPrecision(2)} is rounding), so its network has something we do not know.`,
  );
}

/** Whether the file, and with it llama.cpp, computes in F32 throughout; its GELU does not. */
function isExact({ all, hyperparameters }: ModelWeights): boolean {
  const isFloat = all.every(({ source }) => source.tensor.type === "F32");
  return isFloat && hyperparameters.activation === "silu";
}

function ownLogits(
  device: ComputeDevice,
  weights: ModelWeights,
  trained: Trained,
  tokens: Int32Array,
): Float32Array[] {
  const rowLength = Math.ceil(tokens.length / 32) * 32;
  const network = new Network(device, weights, trained, {
    rowLength,
    headRows: 8,
    attentionBlock: rowLength,
    recompute: true,
    dropout: 0,
  });
  const row = {
    tokens,
    positions: tokens.map((_, i) => i),
    segments: new Int32Array(tokens.length),
  };
  const places = comparedPlaces(tokens.length);
  const logits = network.logits(row, places);
  network.free();
  return logits;
}

/** Eight of them, the first and the last among them. */
function comparedPlaces(length: number): number[] {
  return [...new Set(Array.from({ length: 8 }, (_, i) => Math.round(((length - 1) * i) / 7)))];
}

function llamaLogits(
  native: Native,
  path: string,
  threads: number,
  tokens: Int32Array,
  vocabularySize: number,
): Float32Array[] {
  const model = new Model(native, path, { gpuLayers: 0 }, () => null);
  const options = {
    contextSize: 256,
    batchSize: 64,
    sequences: 1,
    threads,
    kvType: "f32",
    flashAttention: "off",
  } as const;
  const context = new Context(native, model, options, () => null);
  const batch = new TokenBatch(tokens.length, 1);
  for (const [i, token] of tokens.entries()) batch.add(token, i, 0, true);
  context.decode(batch.columns);
  const logits = comparedPlaces(tokens.length).map((row) => context.logits(row, vocabularySize));
  context.free();
  model.free();
  return logits;
}
