/**
 * @file The graphs that train on rows of one length: forward through the layers, the loss of some
 * rows at a time, backward through the layers.
 *
 * Each layer has a graph for either way. With recomputation, only the layers' inputs are kept, and a
 * layer's backward graph first goes forward again (T. Chen et al., "Training Deep Nets with
 * Sublinear Memory Cost", 2016); without, everything a rule may ask for stays in memory. Both compute
 * the same numbers.
 */
import type { ComputeDevice, DeviceBuffer, GraphSet } from "../../llama/compute-device.ts";
import type { Pointer } from "../../llama/structs.ts";
import type { Tensor } from "../../llama/tensor.ts";
import type { TensorContext } from "../../llama/tensor-context.ts";
import { crossEntropy } from "../tape/cross-entropy.ts";
import { softCap } from "../tape/elementwise.ts";
import { linear } from "../tape/linear.ts";
import { rmsNorm } from "../tape/normalization.ts";
import { Tape } from "../tape/tape.ts";
import { decoderLayer, type LayerInputs } from "./decoder-layer.ts";
import { Dropout } from "./dropout.ts";
import type { Lora } from "./lora.ts";
import { fillMask, type RowTokens } from "./mask.ts";
import type { Parameter, Parameters } from "./parameters.ts";
import type { ModelWeights } from "./weights.ts";

export type NetworkOptions = {
  /** Tokens of a row; shorter rows are filled up. */
  rowLength: number;
  /** Rows of logits that exist at a time. */
  headRows: number;
  /** Queries of one block of attention. */
  attentionBlock: number;
  recompute: boolean;
  dropout: number;
  /** Multiplies F32 matrices in BF16. */
  halfPrecision?: boolean;
};

/** What is trained: an adapter's parameters, or the model's own. */
export type Trained = { parameters: Parameters; lora: Lora | null };

/** Positions of a row whose next token counts. */
export type Supervised = {
  /** (rows,) places in the row whose output is compared… */
  places: Int32Array;
  /** …with these tokens… */
  targets: Int32Array;
  /** …and by how much. */
  weights: Float32Array;
};

export class Network {
  readonly rowLength: number;
  readonly #device: ComputeDevice;
  readonly #weights: ModelWeights;
  readonly #options: NetworkOptions;
  readonly #trained: Trained;
  readonly #byTensor: Map<Tensor, Parameter>;
  readonly #contexts: TensorContext[] = [];
  readonly #buffers: DeviceBuffer[] = [];
  readonly #graphs: GraphSet;
  readonly #stored: ReturnType<Network["store"]>;
  readonly #dropout: Dropout | null;
  readonly #steps: {
    embed: Pointer;
    layers: { forward: Pointer; backward: Pointer }[];
    losses: Pointer;
    lossesAndGradient: Pointer;
    embedBack: Pointer | null;
  };

  constructor(
    device: ComputeDevice,
    weights: ModelWeights,
    trained: Trained,
    options: NetworkOptions,
  ) {
    this.rowLength = options.rowLength;
    this.#device = device;
    this.#weights = weights;
    this.#options = options;
    this.#trained = trained;
    this.#byTensor = new Map(trained.parameters.list.map((one) => [one.value, one]));
    this.#dropout =
      options.dropout > 0 && trained.lora !== null
        ? new Dropout(device, weights, trained.lora, options)
        : null;
    this.#stored = this.store();
    this.#steps = {
      embed: this.#embed(),
      layers: weights.layers.map((_, index) => this.#layer(index)),
      losses: this.#head(false),
      lossesAndGradient: this.#head(true),
      embedBack: this.#embedBack(),
    };
    const { embed, layers, losses, lossesAndGradient, embedBack } = this.#steps;
    this.#graphs = device.graphs([
      embed,
      losses,
      lossesAndGradient,
      ...layers.flatMap(({ forward, backward }) => [forward, backward]),
      ...(embedBack === null ? [] : [embedBack]),
    ]);
  }

  /** Memory beside the weights and the parameters. */
  get bytes(): number {
    return this.#buffers.reduce((sum, { bytes }) => sum + bytes, this.#graphs.bytes);
  }

  /**
   * The weighted losses of a row, and nothing else.
   *
   * @returns Σ weight · −ln p(target).
   */
  evaluate(row: RowTokens, supervised: Supervised): number {
    this.#dropout?.keepAll();
    this.#forward(row);
    return this.#losses(supervised, this.#steps.losses);
  }

  /**
   * Adds the row's gradients to those of the parameters.
   *
   * @param random Draws what dropout leaves out.
   * @returns Σ weight · −ln p(target).
   */
  learn(row: RowTokens, supervised: Supervised, random: () => number): number {
    this.#dropout?.draw(random);
    this.#forward(row);
    this.#device.clear(this.#stored.gradient);
    const loss = this.#losses(supervised, this.#steps.lossesAndGradient);
    for (const { backward } of this.#steps.layers.toReversed()) this.#graphs.run(backward);
    if (this.#steps.embedBack !== null) this.#graphs.run(this.#steps.embedBack);
    return loss;
  }

  /** (rows, vocabulary) the logits at some places of a row. */
  logits(row: RowTokens, places: readonly number[]): Float32Array[] {
    this.#dropout?.keepAll();
    this.#forward(row);
    const { headRows } = this.#options;
    const found: Float32Array[] = [];
    for (let from = 0; from < places.length; from += headRows) {
      const part = places.slice(from, from + headRows);
      this.#writeHead({
        places: Int32Array.from(part),
        targets: new Int32Array(part.length),
        weights: new Float32Array(part.length),
      });
      this.#graphs.run(this.#steps.losses);
      const all = this.#device.readFloats(this.#stored.logits);
      const size = this.#weights.hyperparameters.vocabularySize;
      found.push(...part.map((_, i) => all.slice(i * size, (i + 1) * size)));
    }
    return found;
  }

  free(): void {
    this.#graphs.free();
    this.#dropout?.free();
    for (const buffer of this.#buffers) buffer.free();
    for (const context of this.#contexts) context.free();
  }

  /** What outlives a graph. One place more than a row has tokens: there go the rows that fill up. */
  store() {
    const {
      embeddingLength: width,
      layers,
      vocabularySize,
      window,
    } = this.#weights.hyperparameters;
    const { rowLength: n, headRows } = this.#options;
    const context = this.#context(layers + 24);
    const stored = {
      tokens: context.create("I32", n),
      positions: { forth: context.create("I32", n), back: context.create("I32", n) },
      mask: context.create("F32", n, n),
      windowMask: window === null || window.tokens >= n ? null : context.create("F32", n, n),
      inputs: Array.from({ length: layers + 1 }, () => context.create("F32", width, n + 1)),
      gradient: context.create("F32", width, n + 1),
      places: context.create("I32", headRows),
      targets: context.create("I32", headRows),
      weights: context.create("F32", 1, headRows),
      losses: context.create("F32", 1, headRows),
      logits: context.create("F32", vocabularySize, headRows),
    };
    this.#buffers.push(this.#device.allocate(context));
    for (const tensor of [...stored.inputs, stored.gradient]) this.#device.clear(tensor);
    return stored;
  }

  #context(tensors: number, graphs = 0): TensorContext {
    const context = this.#device.context(tensors, graphs);
    this.#contexts.push(context);
    return context;
  }

  #tape(forward: TensorContext, backward = forward): Tape {
    const { gradientOperations, isCpu } = this.#device;
    const outerProducts = isCpu && gradientOperations;
    const { halfPrecision = false } = this.#options;
    const options = { backward, gradientOperations, outerProducts, halfPrecision };
    const tape = new Tape(forward, options);
    for (const { value } of this.#trained.parameters.list) tape.watch(value);
    return tape;
  }

  /** Nodes of one layer, both ways, with room to spare. */
  get #layerNodes(): number {
    const blocks = Math.ceil(this.rowLength / this.#options.attentionBlock);
    return 640 + 200 * blocks;
  }

  #embed(): Pointer {
    const context = this.#context(16, 1);
    const { embedding, hyperparameters } = this.#weights;
    const rows = context.getRows(embedding.tensor, this.#stored.tokens);
    const scaled = context.scale(rows, hyperparameters.embeddingScale);
    return context.graph([context.copy(scaled, this.#rowOf(context, 0))], 16);
  }

  /** The n real places of a layer's input, without the one for filling up. */
  #rowOf(context: TensorContext, layer: number): Tensor {
    const input = this.#stored.inputs[layer];
    if (input === undefined) throw new RangeError(`there is no layer ${layer}`);
    return context.slice(input, 1, 0, this.rowLength);
  }

  #layer(index: number): { forward: Pointer; backward: Pointer } {
    const nodes = this.#layerNodes;
    const forward = this.#context(nodes, 1);
    const backward = this.#context(nodes, 1);
    const { recompute } = this.#options;
    const tape = recompute ? this.#tape(forward) : this.#tape(forward, backward);
    const made = this.#throughLayer(tape, index);
    const next = this.#rowOf(forward, index + 1);
    const forwardGraph = forward.graph([forward.copy(made.output, next)], nodes);
    if (!recompute) this.#buffers.push(this.#device.allocate(forward));
    const again = recompute ? this.#tape(backward) : tape;
    const { input, output } = recompute ? this.#throughLayer(again, index) : made;
    return { forward: forwardGraph, backward: this.#layerBack(again, input, output, nodes) };
  }

  #throughLayer(tape: Tape, index: number): { input: Tensor; output: Tensor } {
    const input = tape.watch(this.#rowOf(tape.forward, index));
    return { input, output: decoderLayer(tape, this.#weights, index, input, this.#layerInputs()) };
  }

  #layerInputs(): LayerInputs {
    const { positions, mask, windowMask } = this.#stored;
    const { attentionBlock } = this.#options;
    const { lora } = this.#trained;
    const { ropeFactors } = this.#weights;
    const dropoutMask: LayerInputs["dropoutMask"] = (layer, target, tape) =>
      this.#dropout?.mask(layer, target, tape.forward) ?? null;
    return { positions, ropeFactors, mask, windowMask, attentionBlock, lora, dropoutMask };
  }

  #layerBack(tape: Tape, input: Tensor, output: Tensor, nodes: number): Pointer {
    const context = tape.backward;
    const carried = context.slice(this.#stored.gradient, 1, 0, this.rowLength);
    const gradients = tape.gradients([[output, carried]]);
    const toInput = gradients.get(input);
    if (toInput === undefined) throw new Error("a layer's output does not depend on its input");
    return context.graph(
      [...this.#accumulated(context, gradients), context.copy(toInput, carried)],
      nodes,
    );
  }

  /** Adds each parameter's gradient to what it has. */
  #accumulated(context: TensorContext, gradients: Map<Tensor, Tensor>): Tensor[] {
    return [...gradients].flatMap(([value, gradient]) => {
      const parameter = this.#byTensor.get(value);
      if (parameter === undefined) return [];
      return [context.copy(context.add(parameter.gradient, gradient), parameter.gradient)];
    });
  }

  #head(withGradient: boolean): Pointer {
    const { hyperparameters: h, outputNorm, output } = this.#weights;
    const stored = this.#stored;
    const nodes = 128;
    const context = this.#context(nodes, 1);
    const tape = this.#tape(context);
    const last = stored.inputs.at(-1);
    if (last === undefined) throw new Error("there is no last layer");
    const rows = tape.watch(context.getRows(last, stored.places));
    const product = linear(tape, output, rmsNorm(tape, rows, outputNorm.tensor, h.epsilon));
    const logits = h.logitSoftCap === null ? product : softCap(tape, product, h.logitSoftCap);
    const targets = { places: stored.targets, weights: stored.weights };
    const { losses, gradient } = crossEntropy(context, logits, targets);
    const kept = context.copy(losses, stored.losses);
    if (!withGradient) return context.graph([kept, context.copy(logits, stored.logits)], nodes);
    const gradients = tape.gradients([[logits, gradient()]]);
    const toRows = gradients.get(rows);
    if (toRows === undefined) throw new Error("the loss does not depend on the last layer");
    const spread = context.setRows(stored.gradient, toRows, stored.places);
    return context.graph([kept, ...this.#accumulated(context, gradients), spread], nodes);
  }

  #embedBack(): Pointer | null {
    const { embedding, hyperparameters } = this.#weights;
    const parameter = this.#byTensor.get(embedding.tensor);
    if (parameter === undefined) return null;
    const context = this.#context(16, 1);
    const carried = context.slice(this.#stored.gradient, 1, 0, this.rowLength);
    const scaled = context.scale(carried, hyperparameters.embeddingScale);
    const rows = context.getRowsBack(scaled, this.#stored.tokens, embedding.tensor);
    const sum = context.add(parameter.gradient, rows);
    return context.graph([context.copy(sum, parameter.gradient)], 16);
  }

  #forward(row: RowTokens): void {
    const { tokens, positions, mask, windowMask } = this.#stored;
    const n = this.rowLength;
    if (row.tokens.length > n) throw new RangeError(`${row.tokens.length} tokens in a row of ${n}`);
    this.#device.write(tokens, filled(row.tokens, n));
    const places = filled(row.positions, n);
    this.#device.write(positions.forth, places);
    this.#device.write(
      positions.back,
      places.map((position) => -position),
    );
    this.#device.write(mask, fillMask(row, n, Number.POSITIVE_INFINITY));
    const { window } = this.#weights.hyperparameters;
    if (windowMask !== null && window !== null)
      this.#device.write(windowMask, fillMask(row, n, window.tokens));
    this.#graphs.run(this.#steps.embed);
    for (const { forward } of this.#steps.layers) this.#graphs.run(forward);
  }

  #losses({ places, targets, weights }: Supervised, graph: Pointer): number {
    const { headRows } = this.#options;
    let sum = 0;
    for (let from = 0; from < places.length; from += headRows) {
      const to = from + headRows;
      this.#writeHead({
        places: places.subarray(from, to),
        targets: targets.subarray(from, to),
        weights: weights.subarray(from, to),
      });
      this.#graphs.run(graph);
      for (const loss of this.#device.readFloats(this.#stored.losses)) sum += loss;
    }
    return sum;
  }

  /** Rows that fill up have no weight, and belong to the place behind the row's end. */
  #writeHead({ places, targets, weights }: Supervised): void {
    const { headRows } = this.#options;
    const size = this.#weights.hyperparameters.vocabularySize;
    const rows = new Int32Array(headRows).fill(this.rowLength);
    rows.set(places);
    const flat = Int32Array.from({ length: headRows }, (_, i) => i * size + (targets[i] ?? 0));
    const shares = new Float32Array(headRows);
    shares.set(weights);
    this.#device.write(this.#stored.places, rows);
    this.#device.write(this.#stored.targets, flat);
    this.#device.write(this.#stored.weights, shares);
  }
}

function filled(values: Int32Array, length: number): Int32Array {
  const whole = new Int32Array(length);
  whole.set(values);
  return whole;
}
