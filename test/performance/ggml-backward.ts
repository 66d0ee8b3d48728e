/**
 * @file A LoRA step of a Qwen 2 through ggml's own differentiation: what `make bench BENCH=train`
 * measures the tape against, and nobody trains with.
 *
 * It is the same network on the same weights, in one graph of all layers, the way llama_opt makes
 * one: nothing is computed twice. `ggml_build_backward_expand` turns each product with a quantised
 * weight into an OUT_PROD, which has to read the weight by column.
 */
import type { ComputeDevice, DeviceBuffer, GraphSet } from "../../src/llama/compute-device.ts";
import type { Pointer } from "../../src/llama/structs.ts";
import type { Tensor } from "../../src/llama/tensor.ts";
import type { TensorContext } from "../../src/llama/tensor-context.ts";
import type { LoraTarget } from "../../src/protocol/training.ts";
import type { Lora } from "../../src/train/model/lora.ts";
import { fillMask, type RowTokens } from "../../src/train/model/mask.ts";
import type { Supervised } from "../../src/train/model/network-memory.ts";
import type { LayerWeights, ModelWeights, Weight } from "../../src/train/model/weights.ts";

type Targets = Pick<Supervised, "places" | "targets">;

/** Tensors of 24 layers both ways, with room to spare. */
const nodes = 16_384;

export class GgmlStep {
  readonly #device: ComputeDevice;
  readonly #weights: ModelWeights;
  readonly #lora: Lora;
  readonly #contexts: TensorContext[];
  readonly #context: TensorContext;
  readonly #buffer: DeviceBuffer;
  readonly #given: ReturnType<GgmlStep["given"]>;
  readonly #loss: Tensor;
  readonly #graph: Pointer;
  readonly #graphs: GraphSet;

  constructor(
    device: ComputeDevice,
    weights: ModelWeights,
    lora: Lora,
    row: RowTokens,
    supervised: Targets,
  ) {
    this.#device = device;
    this.#weights = weights;
    this.#lora = lora;
    const stored = device.context(8);
    this.#context = device.context(3 * nodes, 2); // gradients take a graph more room
    this.#contexts = [stored, this.#context];
    this.#given = this.given(stored, row.tokens.length, supervised.places.length);
    this.#buffer = device.allocate(stored);
    this.#write(row, supervised);
    this.#loss = this.#forward();
    this.#graph = this.#backward();
    this.#graphs = device.graphs([this.#graph]);
  }

  /** Beside the weights and the parameters. */
  get bytes(): number {
    return this.#buffer.bytes + this.#graphs.bytes;
  }

  /** Adds the row's gradients to those of the parameters; answers the mean loss. */
  learn(): number {
    this.#graphs.run(this.#graph);
    return this.#device.readFloats(this.#loss)[0] ?? Number.NaN;
  }

  free(): void {
    this.#graphs.free();
    for (const context of this.#contexts) context.free();
    this.#buffer.free();
  }

  given(context: TensorContext, n: number, rows: number) {
    return {
      tokens: context.create("I32", n),
      positions: context.create("I32", n),
      mask: context.create("F32", n, n),
      places: context.create("I32", rows),
      /** Of each row a whole probability distribution: 1 at the target. */
      labels: context.create("F32", this.#weights.hyperparameters.vocabularySize, rows),
      lossGradient: context.create("F32", 1),
    };
  }

  #write(row: RowTokens, { places, targets }: Targets): void {
    const { vocabularySize } = this.#weights.hyperparameters;
    const given = this.#given;
    const labels = new Float32Array(vocabularySize * places.length);
    for (const [i, target] of targets.entries()) labels[i * vocabularySize + target] = 1;
    this.#device.write(given.tokens, row.tokens);
    this.#device.write(given.positions, row.positions);
    this.#device.write(given.mask, fillMask(row, row.tokens.length, Number.POSITIVE_INFINITY));
    this.#device.write(given.places, places);
    this.#device.write(given.labels, labels);
    this.#device.write(given.lossGradient, Float32Array.of(1));
  }

  #forward(): Tensor {
    const { embedding, layers, output, outputNorm } = this.#weights;
    const { tokens, places, labels } = this.#given;
    const { ggml } = this.#device;
    const to = this.#context;
    for (const { a, b } of this.#lora.adapters)
      for (const { value } of [a, b]) ggml.ggml_set_param(value.pointer);
    const last = layers.reduce(
      (x, layer, index) => this.#layer(x, layer, index),
      to.getRows(embedding.tensor, tokens),
    );
    const rows = this.#norm(to.getRows(last, places), outputNorm);
    const logits = to.mulMat(output.tensor, rows);
    const pointer = ggml.ggml_cross_entropy_loss(to.pointer, logits.pointer, labels.pointer);
    return { pointer, type: "F32", shape: [1, 1, 1, 1], contiguous: true };
  }

  #backward(): Pointer {
    const { ggml } = this.#device;
    const graph = ggml.ggml_new_graph_custom(this.#context.pointer, nodes, true);
    ggml.ggml_set_output(this.#loss.pointer);
    ggml.ggml_set_loss(this.#loss.pointer);
    ggml.ggml_build_forward_expand(graph, this.#loss.pointer);
    const gradients = new Map([[this.#loss.pointer, this.#given.lossGradient.pointer]]);
    for (const { value, gradient } of this.#lora.parameters.list)
      gradients.set(value.pointer, gradient.pointer);
    const accumulators = BigUint64Array.from(
      { length: ggml.ggml_graph_n_nodes(graph) },
      (_, i) => gradients.get(ggml.ggml_graph_node(graph, i)) ?? 0n,
    );
    ggml.ggml_build_backward_expand(this.#context.pointer, graph, accumulators);
    return graph;
  }

  #layer(x: Tensor, layer: LayerWeights, index: number): Tensor {
    const to = this.#context;
    const attended = to.add(x, this.#attention(this.#norm(x, layer.attentionNorm), layer, index));
    const seen = this.#norm(attended, layer.feedForwardNorm);
    const inner = to.swiglu(
      this.#project(layer, index, "gate", seen),
      this.#project(layer, index, "up", seen),
    );
    return to.add(attended, this.#project(layer, index, "down", inner));
  }

  #attention(x: Tensor, layer: LayerWeights, index: number): Tensor {
    const to = this.#context;
    const { heads, kvHeads, headLength, attentionScale } = this.#weights.hyperparameters;
    const n = x.shape[1];
    const part = (target: LoraTarget, count: number) =>
      to.reshape(this.#project(layer, index, target, x), headLength, count, n);
    const q = to.swapped(this.#rotated(part("q", heads)));
    const k = to.swapped(this.#rotated(part("k", kvHeads)));
    const v = this.#byPosition(part("v", kvHeads));
    const seen = to.softMax(to.mulMat(k, q), this.#given.mask, attentionScale);
    const joined = to.reshape(to.swapped(to.mulMat(v, seen)), headLength * heads, n);
    return this.#project(layer, index, "o", joined);
  }

  /** [headLength, heads, n] → [n, headLength, heads] in one go: ggml cannot go back through two. */
  #byPosition(v: Tensor): Tensor {
    const { ggml } = this.#device;
    const { pointer } = this.#context;
    const [headLength, heads, n] = v.shape;
    const turned = ggml.ggml_permute(pointer, v.pointer, 1, 2, 0, 3);
    return { ...v, pointer: ggml.ggml_cont(pointer, turned), shape: [n, headLength, heads, 1] };
  }

  #rotated(x: Tensor): Tensor {
    const { rope } = this.#weights.hyperparameters;
    return this.#context.rope(x, this.#given.positions, { ...rope, factors: null });
  }

  #norm(x: Tensor, gain: Weight): Tensor {
    const { epsilon } = this.#weights.hyperparameters;
    return this.#context.mul(this.#context.rmsNorm(x, epsilon), gain.tensor);
  }

  #project(layer: LayerWeights, index: number, target: LoraTarget, x: Tensor): Tensor {
    const to = this.#context;
    const { matrix, bias } = layer[target];
    const adapter = this.#lora.adapter(index, target);
    let y = to.mulMat(matrix.tensor, x);
    if (adapter) {
      const low = to.mulMat(adapter.b.value, to.mulMat(adapter.a.value, x));
      y = to.add(y, to.scale(low, this.#lora.scale));
    }
    return bias === null ? y : to.add(y, bias.tensor);
  }
}
