/** @file A tiny model on the device, ready to be trained, and a row of tokens for it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { mistralFamily, smollmFamily } from "../../../src/fresh/families.ts";
import { uniform } from "../../../src/fresh/random.ts";
import { type TinyModelOptions, writeTinyModel } from "../../../src/fresh/tiny-model.ts";
import { ComputeDevice, type ComputeOptions } from "../../../src/llama/compute-device.ts";
import { readGguf } from "../../../src/llama/gguf-reader.ts";
import { findLibraries } from "../../../src/llama/libraries.ts";
import { startNative } from "../../../src/llama/native.ts";
import { Converter } from "../../../src/train/model/conversion.ts";
import { hyperparametersOf } from "../../../src/train/model/hyperparameters.ts";
import { Lora, type LoraOptions } from "../../../src/train/model/lora.ts";
import type { RowTokens } from "../../../src/train/model/mask.ts";
import { Network, type NetworkOptions } from "../../../src/train/model/network.ts";
import type { Trained } from "../../../src/train/model/network-graphs.ts";
import type { Supervised } from "../../../src/train/model/network-memory.ts";
import {
  type LoadOptions,
  loadWeights,
  type ModelWeights,
} from "../../../src/train/model/weights.ts";

const folder = mkdtempSync(join(tmpdir(), "trainable-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export const native = startNative(findLibraries("cpu"), "cpu", () => {});

export function openDevice(options: Partial<ComputeOptions> = {}): ComputeDevice {
  return new ComputeDevice(native, { threads: 1, ...options });
}

/** Every architecture that can be trained, and the families that go by another's name. */
export const families: [string, TinyModelOptions][] = [
  ["llama", { architecture: "llama" }],
  ["llama, tied (SmolLM)", { architecture: "llama", tied: true, family: smollmFamily() }],
  ["mistral", { architecture: "llama", family: mistralFamily() }],
  ["qwen2", { architecture: "qwen2" }],
  ["qwen3", { architecture: "qwen3", headLength: 16 }],
  ["gemma2", { architecture: "gemma2", slidingWindow: 8, tied: true }],
  ["gemma3", { architecture: "gemma3" }],
  ["phi3", { architecture: "phi3" }],
];

let written = 0;

/** Small enough for finite differences; with a window where the family has one. */
export function writeModel(options: TinyModelOptions = {}): string {
  const path = join(folder, `${++written}.gguf`);
  writeTinyModel(path, {
    layers: options.architecture?.startsWith("gemma") ? 7 : 2,
    embeddingLength: 32,
    heads: 4,
    kvHeads: 2,
    feedForward: 64,
    ...options,
  });
  return path;
}

export function load(
  path: string,
  device: ComputeDevice,
  options: Partial<LoadOptions> = {},
): ModelWeights {
  const file = readGguf(path);
  const converter = new Converter(device);
  const h = hyperparametersOf(file);
  return loadWeights(file, h, device, converter, {
    trainable: false,
    transpose: "F32",
    ...options,
  });
}

/** An adapter whose second half is not zero, so that both halves have gradients. */
export function someLora(
  device: ComputeDevice,
  weights: ModelWeights,
  options: Partial<LoraOptions> = {},
): Trained {
  const random = uniform(5);
  const full: LoraOptions = { r: 4, alpha: 8, rslora: false, targets: ["q", "v"], ...options };
  const lora = new Lora(device, weights, full, random);
  for (const { b } of lora.adapters) {
    const [r, outputs] = b.value.shape;
    device.write(
      b.value,
      Float32Array.from({ length: r * outputs }, () => random() * 0.2 - 0.1),
    );
  }
  return { parameters: lora.parameters, lora };
}

export function network(
  device: ComputeDevice,
  weights: ModelWeights,
  trained: Trained,
  options: Partial<NetworkOptions> = {},
): Network {
  return new Network(device, weights, trained, {
    rowLength: 32,
    headRows: 16,
    attentionBlock: 64,
    recompute: true,
    dropout: 0,
    ...options,
  });
}

/** Conversations of these lengths, end to end. */
export function someRow(lengths: readonly number[], vocabulary = 300, seed = 3): RowTokens {
  const random = uniform(seed);
  const n = lengths.reduce((sum, length) => sum + length, 0);
  return {
    tokens: Int32Array.from({ length: n }, () => Math.floor(random() * vocabulary)),
    positions: Int32Array.from(lengths.flatMap((length) => [...Array(length).keys()])),
    segments: Int32Array.from(lengths.flatMap((length, i) => Array<number>(length).fill(i))),
  };
}

/** The last half of each conversation is to be learned, some of it more than the rest. */
export function someSupervised(row: RowTokens): Supervised {
  const places = [...row.tokens.keys()].filter(
    (i) => row.segments[i] === row.segments[i + 1] && (row.positions[i] ?? 0) >= 2,
  );
  return {
    places: Int32Array.from(places),
    targets: Int32Array.from(places, (i) => row.tokens[i + 1] ?? 0),
    weights: Float32Array.from(places, (_, i) => (1 + (i % 3)) / 20),
  };
}
