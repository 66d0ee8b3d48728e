/**
 * @file Low-rank adapters: y = Wx + s·BAx with A [inputs, r] and B [r, outputs] trained and W frozen.
 *
 * A begins random and B as zero, so that training begins at the base model. s = alpha / r, or
 * alpha / √r with rsLoRA. Dropout is on what A sees.
 *
 * Source: E. Hu et al., "LoRA", 2021, https://arxiv.org/abs/2106.09685; D. Kalajdzievski, "A Rank
 * Stabilization Scaling Factor for Fine-Tuning with LoRA", 2023, https://arxiv.org/abs/2312.03732.
 */
import type { ComputeDevice } from "../../llama/compute-device.ts";
import type { Tensor } from "../../llama/tensor.ts";
import type { LoraTarget } from "../../protocol/training.ts";
import { add, type Factors, masked, scale } from "../tape/elementwise.ts";
import { linear } from "../tape/linear.ts";
import type { Tape } from "../tape/tape.ts";
import { type Parameter, Parameters } from "./parameters.ts";
import type { ModelWeights } from "./weights.ts";

export type LoraOptions = {
  r: number;
  alpha: number;
  rslora: boolean;
  targets: readonly LoraTarget[];
};

export type Adapter = { layer: number; target: LoraTarget; a: Parameter; b: Parameter };

export class Lora {
  readonly options: LoraOptions;
  readonly parameters: Parameters;
  readonly adapters: readonly Adapter[];
  readonly scale: number;
  readonly #byPlace: Map<string, Adapter>;

  /** @param random Numbers evenly spread over [0, 1). */
  constructor(
    device: ComputeDevice,
    weights: ModelWeights,
    options: LoraOptions,
    random: () => number,
  ) {
    const { r, alpha, rslora } = options;
    this.options = options;
    this.scale = alpha / (rslora ? Math.sqrt(r) : r);
    const places = weights.layers.flatMap((layer, index) =>
      options.targets.map((target) => ({ layer: index, target, matrix: layer[target].matrix })),
    );
    const context = device.context(places.length * 8);
    const values = places.flatMap(({ layer, target, matrix: { tensor } }) => [
      { name: `${layer}.${target}.a`, value: context.create("F32", tensor.shape[0], r) },
      { name: `${layer}.${target}.b`, value: context.create("F32", r, tensor.shape[1]) },
    ]);
    this.parameters = new Parameters(device, values, context);
    const { list } = this.parameters;
    this.adapters = places.map(({ layer, target }, i) => {
      const [a, b] = [list[i * 2], list[i * 2 + 1]];
      if (!a || !b) throw new Error("an adapter has no parameters");
      return { layer, target, a, b };
    });
    this.#byPlace = new Map(this.adapters.map((one) => [`${one.layer}.${one.target}`, one]));
    for (const { a, b } of this.adapters) {
      device.write(a.value, evenly(random, a.value));
      device.clear(b.value);
    }
  }

  adapter(layer: number, target: LoraTarget): Adapter | undefined {
    return this.#byPlace.get(`${layer}.${target}`);
  }
}

/** Evenly within ±1/√inputs: Kaiming's rule as PyTorch applies it to a linear layer. */
function evenly(random: () => number, { shape: [inputs, r] }: Tensor): Float32Array {
  const limit = 1 / Math.sqrt(inputs);
  return Float32Array.from({ length: inputs * r }, () => (2 * random() - 1) * limit);
}

/** s·BAx; `mask` (of x's shape) drops some of what A sees. */
function adapted(
  tape: Tape,
  { a, b }: Adapter,
  x: Tensor,
  mask: Factors | null,
  factor: number,
): Tensor {
  const seen = mask === null ? x : masked(tape, x, mask);
  const low = linear(tape, { tensor: a.value, transposed: null }, seen);
  return scale(tape, linear(tape, { tensor: b.value, transposed: null }, low), factor);
}

/** The base's output with the adapter's, where there is one. */
export function withAdapter(
  tape: Tape,
  output: Tensor,
  adapter: Adapter | undefined,
  x: Tensor,
  mask: Factors | null,
  factor: number,
): Tensor {
  return adapter === undefined
    ? output
    : add(tape, output, adapted(tape, adapter, x, mask, factor));
}
