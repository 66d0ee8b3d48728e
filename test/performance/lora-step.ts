/** @file The LoRA step that is measured: Qwen2.5-0.5B's shape in Q8_0, r 8 on q and v, 256 tokens. */
import { uniform } from "../../src/fresh/random.ts";
import type { ComputeDevice } from "../../src/llama/compute-device.ts";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import { elementsOf } from "../../src/llama/tensor.ts";
import type { Row } from "../../src/train/examples/packing.ts";
import { Converter } from "../../src/train/model/conversion.ts";
import { hyperparametersOf } from "../../src/train/model/hyperparameters.ts";
import { Lora } from "../../src/train/model/lora.ts";
import { loadWeights, type ModelWeights } from "../../src/train/model/weights.ts";
import { Optimizer, type OptimizerOptions } from "../../src/train/optimizer.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { GgmlStep } from "./ggml-backward.ts";

export const rowTokens = 256;
/** The second half of the row is the answer. */
export const supervisedTokens = 128;

export const usualOptimizer: OptimizerOptions = {
  beta1: 0.9,
  beta2: 0.999,
  weightDecay: 0,
  maxGradNorm: 1,
};

/** What a step found: the same by every way that is right. */
type StepFound = { loss: number; gradNorm: number };
type LoraStep = { step(): Promise<StepFound>; free(): void };

export function loadFrozen(path: string, device: ComputeDevice): ModelWeights {
  const file = readGguf(path);
  return loadWeights(file, hyperparametersOf(file), device, new Converter(device), {
    trainable: false,
    transpose: "Q8_0",
  });
}

/** As `fastchat train` does it. */
export function ourStep(device: ComputeDevice, weights: ModelWeights): LoraStep {
  const lora = someLora(device, weights);
  const trainer = new Trainer(
    device,
    weights,
    { parameters: lora.parameters, lora },
    { ...usualOptimizer, contextSize: rowTokens, dropout: 0, recompute: "auto", seed: 1 },
  );
  return {
    step: () => trainer.step(1, [row], 0, async () => {}),
    free() {
      trainer.free();
      lora.parameters.free();
    },
  };
}

/** Through ggml's own differentiation. */
export function ggmlStep(device: ComputeDevice, weights: ModelWeights): LoraStep {
  const lora = someLora(device, weights);
  const optimizer = new Optimizer(device, lora.parameters, usualOptimizer);
  const network = new GgmlStep(device, weights, lora, row, supervised());
  return {
    async step() {
      const loss = network.learn();
      return { loss, gradNorm: optimizer.step(1, 0) };
    },
    free() {
      network.free();
      optimizer.free();
      lora.parameters.free();
    },
  };
}

/** Both halves of each adapter are random, so that both have gradients; the same in every call. */
function someLora(device: ComputeDevice, weights: ModelWeights): Lora {
  const random = uniform(2);
  const options = { r: 8, alpha: 16, rslora: false, targets: ["q", "v"] as const };
  const lora = new Lora(device, weights, options, random);
  for (const { b } of lora.adapters) {
    const values = { length: elementsOf(b.value) };
    device.write(
      b.value,
      Float32Array.from(values, () => random() * 0.02 - 0.01),
    );
  }
  return lora;
}

const row: Row = someRow(uniform(3));

function someRow(random: () => number): Row {
  const places = { length: rowTokens };
  return {
    tokens: Int32Array.from(places, () => Math.floor(random() * 150_000)),
    positions: Int32Array.from(places, (_, i) => i),
    segments: new Int32Array(rowTokens),
    weights: Float32Array.from(places, (_, i) => Number(i >= rowTokens - supervisedTokens)),
  };
}

function supervised() {
  const places = Int32Array.from(
    { length: supervisedTokens },
    (_, i) => rowTokens - supervisedTokens + i - 1,
  );
  return { places, targets: places.map((place) => row.tokens[place + 1] ?? 0) };
}
