/**
 * @file Are gradients right on this device, with these libraries? A tiny model of the same
 * architecture is moved a little against its gradient, both ways; the loss must change by what the
 * gradient says. A wrong operation of a backend shows here and not in a ruined model.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import { writeTinyModel } from "../fresh/tiny-model.ts";
import type { ComputeDevice } from "../llama/compute-device.ts";
import { readGguf } from "../llama/gguf-reader.ts";
import type { Converter } from "./model/conversion.ts";
import { hyperparametersOf, type TrainableArchitecture } from "./model/hyperparameters.ts";
import { Network } from "./model/network.ts";
import type { Parameters } from "./model/parameters.ts";
import { loadWeights } from "./model/weights.ts";
import { wholeModel } from "./model/whole-model.ts";

/** GPUs multiply in less than full precision. */
const limit = { cpu: 2e-3, gpu: 3e-2 };

/**
 * @returns The relative error of the gradient's length.
 * @throws {UsageError} it is wrong here.
 */
export function checkGradients(
  device: ComputeDevice,
  converter: Converter,
  architecture: TrainableArchitecture,
): number {
  const folder = mkdtempSync(join(tmpdir(), "fastchat-self-test-"));
  try {
    const error = slopeError(device, converter, join(folder, "tiny.gguf"), architecture);
    const most = device.isCpu ? limit.cpu : limit.gpu;
    if (error <= most) return error;
    throw new UsageError(
      `Gradients are wrong on ${device.name}, by ${(error * 100).toPrecision(2)} %: nothing good can be trained there. Try --gpu cpu, and tell us about it.`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function slopeError(
  device: ComputeDevice,
  converter: Converter,
  path: string,
  architecture: TrainableArchitecture,
): number {
  const tied = architecture === "gemma2"; // its embedding is else too faint for a step of `h`
  writeTinyModel(path, { architecture, tied, layers: 2, embeddingLength: 32, feedForward: 64 });
  const file = readGguf(path);
  const weights = loadWeights(file, hyperparametersOf(file), device, converter, {
    trainable: true,
    transpose: "cast",
  });
  const trained = wholeModel(device, weights);
  const { parameters } = trained;
  const options = { rowLength: 32, headRows: 16, attentionBlock: 32, recompute: true, dropout: 0 };
  const network = new Network(device, weights, trained, options);
  try {
    return measure(device, network, parameters);
  } finally {
    network.free();
    parameters.free();
    weights.free();
  }
}

function measure(device: ComputeDevice, network: Network, { list }: Parameters): number {
  const n = 24;
  const tokens = Int32Array.from({ length: n }, (_, i) => 40 + ((i * 37) % 200));
  const row = { tokens, positions: tokens.map((_, i) => i), segments: new Int32Array(n) };
  const places = Int32Array.from({ length: n - 1 }, (_, i) => i);
  const targets = tokens.slice(1);
  const supervised = { places, targets, weights: new Float32Array(n - 1).fill(1 / n) };
  network.learn(row, supervised, () => 0.5);
  const start = list.map(({ value }) => device.readFloats(value));
  const slopes = list.map(({ gradient }) => device.readFloats(gradient));
  const length = Math.sqrt(
    slopes.flatMap((slope) => [...slope]).reduce((sum, x) => sum + x * x, 0),
  );
  const lossAt = (distance: number) => {
    for (const [i, { value }] of list.entries()) {
      const from = start[i] ?? new Float32Array();
      device.write(
        value,
        from.map((x, k) => x + (distance * (slopes[i]?.[k] ?? 0)) / length),
      );
    }
    return network.evaluate(row, supervised);
  };
  const central = (h: number) => (lossAt(h) - lossAt(-h)) / (2 * h);
  const h = 0.02;
  return Math.abs((4 * central(h / 2) - central(h)) / 3 - length) / length;
}
