/**
 * @file The graphs of a network: tokens to embeddings, each layer either way, rows of logits and
 * their loss, and the gradient's way into the embeddings.
 *
 * Each layer has a graph for either way. With recomputation, only the layers' inputs are kept, and a
 * layer's backward graph first goes forward again (T. Chen et al., "Training Deep Nets with
 * Sublinear Memory Cost", 2016); without, all that a rule has asked for stays in memory. Both compute the
 * same numbers.
 */
import type { ComputeDevice, DeviceBuffer } from "../../llama/compute-device.ts";
import type { Pointer } from "../../llama/structs.ts";
import type { Tensor } from "../../llama/tensor.ts";
import type { TensorContext } from "../../llama/tensor-context.ts";
import { crossEntropy } from "../tape/cross-entropy.ts";
import { softCap } from "../tape/elementwise.ts";
import { linear } from "../tape/linear.ts";
import { rmsNorm } from "../tape/normalization.ts";
import { Tape } from "../tape/tape.ts";
import { decoderLayer, type LayerInputs } from "./decoder-layer.ts";
import type { Dropout } from "./dropout.ts";
import type { Lora } from "./lora.ts";
import type { NetworkMemory } from "./network-memory.ts";
import type { Parameter, Parameters } from "./parameters.ts";
import type { ModelWeights } from "./weights.ts";

export type GraphOptions = {
  /** Tokens of a row; shorter rows are filled up. */
  rowLength: number;
  /** Queries of one block of attention. */
  attentionBlock: number;
  recompute: boolean;
  /** Multiplies F32 matrices in BF16. */
  halfPrecision?: boolean;
};

/** What is trained: an adapter's parameters, or the model's own. */
export type Trained = { parameters: Parameters; lora: Lora | null };

export class NetworkGraphs {
  readonly embed: Pointer;
  readonly layers: readonly { forward: Pointer; backward: Pointer }[];
  /** Losses of some rows… */
  readonly losses: Pointer;
  /** …and their logits [vocabularySize, headRows], until another graph runs… */
  readonly logits: Tensor;
  /** …and what they mean for the last layer's output and the matrices of the head. */
  readonly lossesAndGradient: Pointer;
  /** null where the embeddings are not trained. */
  readonly embedBack: Pointer | null;
  readonly #device: ComputeDevice;
  readonly #weights: ModelWeights;
  readonly #memory: NetworkMemory;
  readonly #trained: Trained;
  readonly #dropout: Dropout | null;
  readonly #options: GraphOptions;
  readonly #byTensor: Map<Tensor, Parameter>;
  readonly #contexts: TensorContext[] = [];
  readonly #buffers: DeviceBuffer[] = [];

  constructor(
    device: ComputeDevice,
    weights: ModelWeights,
    memory: NetworkMemory,
    trained: Trained,
    dropout: Dropout | null,
    options: GraphOptions,
  ) {
    this.#device = device;
    this.#weights = weights;
    this.#memory = memory;
    this.#trained = trained;
    this.#dropout = dropout;
    this.#options = options;
    this.#byTensor = new Map(trained.parameters.list.map((one) => [one.value, one]));
    this.embed = this.#embed();
    this.layers = weights.layers.map((_, index) => this.#layer(index));
    const { graph, logits } = this.#head(false);
    this.losses = graph;
    this.logits = logits;
    this.lossesAndGradient = this.#head(true).graph;
    this.embedBack = this.#embedBack();
  }

  get all(): Pointer[] {
    const { embed, losses, lossesAndGradient, embedBack } = this;
    const layers = this.layers.flatMap(({ forward, backward }) => [forward, backward]);
    const ends = [embed, losses, lossesAndGradient];
    return [...ends, ...layers, ...(embedBack === null ? [] : [embedBack])];
  }

  /** Activations that are kept, where they are. */
  get bytes(): number {
    return this.#buffers.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  free(): void {
    for (const buffer of this.#buffers) buffer.free();
    for (const context of this.#contexts) context.free();
  }

  #context(nodes: number): TensorContext {
    const context = this.#device.context(nodes, 1);
    this.#contexts.push(context);
    return context;
  }

  #tape(forward: TensorContext, backward = forward): Tape {
    const { gradientOperations, isCpu } = this.#device;
    const tape = new Tape(forward, {
      backward,
      gradientOperations,
      outerProducts: isCpu && gradientOperations,
      halfPrecision: this.#options.halfPrecision ?? false,
    });
    for (const { value } of this.#trained.parameters.list) tape.watch(value);
    return tape;
  }

  #embed(): Pointer {
    const nodes = 16;
    const context = this.#context(nodes);
    const { embedding, hyperparameters } = this.#weights;
    const rows = context.getRows(embedding.tensor, this.#memory.tokens);
    const scaled = context.scale(rows, hyperparameters.embeddingScale);
    return context.graph([context.copy(scaled, this.#input(context, 0))], nodes);
  }

  /** The n real places of a layer's input, without the one for filling up. */
  #input(context: TensorContext, layer: number): Tensor {
    const input = this.#memory.inputs[layer];
    if (input === undefined) throw new RangeError(`there is no layer ${layer}`);
    return context.slice(input, 1, 0, this.#options.rowLength);
  }

  /** The same of the gradient that goes back. */
  #carried(context: TensorContext): Tensor {
    return context.slice(this.#memory.gradient, 1, 0, this.#options.rowLength);
  }

  #layer(index: number): { forward: Pointer; backward: Pointer } {
    const { recompute, rowLength, attentionBlock } = this.#options;
    const nodes = 640 + 200 * Math.ceil(rowLength / attentionBlock); // either way, with room to spare
    const forward = this.#context(nodes);
    const backward = this.#context(nodes);
    const tape = recompute ? this.#tape(forward) : this.#tape(forward, backward);
    const made = this.#throughLayer(tape, index);
    const next = this.#input(forward, index + 1);
    const forwardGraph = forward.graph([forward.copy(made.output, next)], nodes);
    const again = recompute ? this.#tape(backward) : tape;
    const { input, output } = recompute ? this.#throughLayer(again, index) : made;
    const backwardGraph = this.#layerBack(again, input, output, nodes);
    if (!recompute) this.#buffers.push(this.#device.keep(tape.recalled));
    return { forward: forwardGraph, backward: backwardGraph };
  }

  #throughLayer(tape: Tape, index: number): { input: Tensor; output: Tensor } {
    const input = tape.watch(this.#input(tape.forward, index));
    return { input, output: decoderLayer(tape, this.#weights, index, input, this.#layerInputs()) };
  }

  #layerInputs(): LayerInputs {
    const { positions, mask, windowMask } = this.#memory;
    const { attentionBlock } = this.#options;
    const { ropeFactors } = this.#weights;
    const dropoutMask: LayerInputs["dropoutMask"] = (layer, target) =>
      this.#dropout?.mask(layer, target) ?? null;
    const { lora } = this.#trained;
    return { positions, ropeFactors, mask, windowMask, attentionBlock, lora, dropoutMask };
  }

  #layerBack(tape: Tape, input: Tensor, output: Tensor, nodes: number): Pointer {
    const context = tape.backward;
    const carried = this.#carried(context);
    const gradients = tape.gradients([[output, carried]]);
    const toInput = gradients.get(input);
    if (toInput === undefined) throw new Error("a layer's output does not depend on its input");
    const last = context.copy(toInput, carried);
    return context.graph([...this.#accumulated(context, gradients), last], nodes);
  }

  /** Adds each parameter's gradient to what it has. */
  #accumulated(context: TensorContext, gradients: Map<Tensor, Tensor>): Tensor[] {
    return [...gradients].flatMap(([value, gradient]) => {
      const parameter = this.#byTensor.get(value);
      if (parameter === undefined) return [];
      return [context.copy(context.add(parameter.gradient, gradient), parameter.gradient)];
    });
  }

  #head(withGradient: boolean): { graph: Pointer; logits: Tensor } {
    const { hyperparameters: h, outputNorm, output } = this.#weights;
    const memory = this.#memory;
    const nodes = 128;
    const context = this.#context(nodes);
    const tape = this.#tape(context);
    const last = memory.inputs.at(-1);
    if (last === undefined) throw new Error("there is no last layer");
    const rows = tape.watch(context.getRows(last, memory.places));
    const product = linear(tape, output, rmsNorm(tape, rows, outputNorm.tensor, h.epsilon));
    const logits = h.logitSoftCap === null ? product : softCap(tape, product, h.logitSoftCap);
    const targets = { places: memory.targets, weights: memory.weights };
    const { losses, gradient } = crossEntropy(context, logits, targets);
    const kept = context.copy(losses, memory.losses);
    if (!withGradient) return { graph: context.graph([kept, logits], nodes), logits };
    const gradients = tape.gradients([[logits, gradient()]]);
    const toRows = gradients.get(rows);
    if (toRows === undefined) throw new Error("the loss does not depend on the last layer");
    const spread = context.setRows(memory.gradient, toRows, memory.places);
    const results = [kept, ...this.#accumulated(context, gradients), spread];
    return { graph: context.graph(results, nodes), logits };
  }

  #embedBack(): Pointer | null {
    const { embedding, hyperparameters } = this.#weights;
    const parameter = this.#byTensor.get(embedding.tensor);
    if (parameter === undefined) return null;
    const nodes = 16;
    const context = this.#context(nodes);
    const scaled = context.scale(this.#carried(context), hyperparameters.embeddingScale);
    const rows = context.getRowsBack(scaled, this.#memory.tokens, embedding.tensor);
    const sum = context.add(parameter.gradient, rows);
    return context.graph([context.copy(sum, parameter.gradient)], nodes);
  }
}
