/**
 * @file One layer of a decoder: attention, then a gated feed-forward part, each added to what came
 * in. What differs between the families is whether a part is there: biases (Qwen 2), norms of
 * queries and keys (Qwen 3, Gemma 3), norms of what is added (Gemma 2 and 3), caps (Gemma 2).
 */
import type { Tensor } from "../../llama/tensor.ts";
import type { LoraTarget } from "../../protocol/training.ts";
import { attention } from "../tape/attention.ts";
import { add, addBias, type Factors, reshape, swapped } from "../tape/elementwise.ts";
import { geglu, swiglu } from "../tape/gates.ts";
import { linear } from "../tape/linear.ts";
import { rmsNorm } from "../tape/normalization.ts";
import { type Positions, rotated } from "../tape/rotation.ts";
import type { Tape } from "../tape/tape.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import { type Lora, withAdapter } from "./lora.ts";
import type { LayerWeights, ModelWeights, Weight } from "./weights.ts";

/** What a layer is told beside its input; the same for every layer of its kind. */
export type LayerInputs = {
  positions: Positions;
  /** (dimensions / 2,) */
  ropeFactors: Tensor | null;
  /** [n, n] keys × queries: 0 where a query may look, −∞ elsewhere. */
  mask: Tensor;
  /** The same for layers that look back only so far. */
  windowMask: Tensor | null;
  /** Queries of one block of attention. */
  attentionBlock: number;
  lora: Lora | null;
  /** Of what the adapter at this place sees; null without dropout. */
  dropoutMask: (layer: number, target: LoraTarget) => Factors | null;
};

/** x [embeddingLength, n] → the same shape. */
export function decoderLayer(
  tape: Tape,
  weights: ModelWeights,
  index: number,
  x: Tensor,
  inputs: LayerInputs,
): Tensor {
  const layer = weights.layers[index];
  if (layer === undefined) throw new RangeError(`there is no layer ${index}`);
  const parts = new LayerParts(tape, weights.hyperparameters, layer, index, inputs);
  const attended = add(tape, x, parts.attention(parts.norm(x, layer.attentionNorm)));
  const normalised = parts.norm(attended, layer.feedForwardNorm);
  return add(tape, attended, parts.feedForward(normalised));
}

class LayerParts {
  readonly #tape: Tape;
  readonly #h: Hyperparameters;
  readonly #layer: LayerWeights;
  readonly #index: number;
  readonly #inputs: LayerInputs;

  constructor(
    tape: Tape,
    h: Hyperparameters,
    layer: LayerWeights,
    index: number,
    inputs: LayerInputs,
  ) {
    this.#tape = tape;
    this.#h = h;
    this.#layer = layer;
    this.#index = index;
    this.#inputs = inputs;
  }

  norm(x: Tensor, weight: Weight | null): Tensor {
    return weight === null ? x : rmsNorm(this.#tape, x, weight.tensor, this.#h.epsilon);
  }

  attention(x: Tensor): Tensor {
    const { heads, kvHeads, headLength, attentionScale, attentionSoftCap } = this.#h;
    const { queryNorm, keyNorm, postAttentionNorm } = this.#layer;
    const [, n] = x.shape;
    const q = this.#rotated(this.norm(this.#heads("q", x, heads), queryNorm));
    const k = this.#rotated(this.norm(this.#heads("k", x, kvHeads), keyNorm));
    const v = this.#heads("v", x, kvHeads);
    const tape = this.#tape;
    const answer = attention(
      tape,
      [swapped(tape, q), swapped(tape, k), swapped(tape, v)],
      this.#mask(),
      {
        scale: attentionScale,
        softCap: attentionSoftCap,
        blockSize: this.#inputs.attentionBlock,
      },
    );
    const joined = reshape(tape, swapped(tape, answer), headLength * heads, n);
    return this.norm(this.#project("o", joined), postAttentionNorm);
  }

  feedForward(x: Tensor): Tensor {
    const gated = this.#h.activation === "silu" ? swiglu : geglu;
    const inner = gated(this.#tape, this.#project("gate", x), this.#project("up", x));
    return this.norm(this.#project("down", inner), this.#layer.postFeedForwardNorm);
  }

  #project(target: LoraTarget, x: Tensor): Tensor {
    const { matrix, bias } = this.#layer[target];
    const { lora, dropoutMask } = this.#inputs;
    const adapter = lora?.adapter(this.#index, target);
    const mask = adapter ? dropoutMask(this.#index, target) : null;
    const output = withAdapter(
      this.#tape,
      linear(this.#tape, matrix, x),
      adapter,
      x,
      mask,
      lora?.scale ?? 1,
    );
    return bias === null ? output : addBias(this.#tape, output, bias.tensor);
  }

  /** [headLength, count, n] */
  #heads(target: "q" | "k" | "v", x: Tensor, count: number): Tensor {
    return reshape(this.#tape, this.#project(target, x), this.#h.headLength, count, x.shape[1]);
  }

  #rotated(x: Tensor): Tensor {
    const { rope } = this.#h;
    const { positions } = this.#inputs;
    const own = this.#isWindowed ? { base: this.#h.window?.base ?? rope.base, scale: 1 } : rope;
    const factors = this.#inputs.ropeFactors;
    return rotated(this.#tape, x, positions, { ...rope, ...own, factors });
  }

  get #isWindowed(): boolean {
    return this.#h.window?.isWindowed[this.#index] ?? false;
  }

  #mask(): Tensor {
    const { mask, windowMask } = this.#inputs;
    return this.#isWindowed ? (windowMask ?? mask) : mask;
  }
}
