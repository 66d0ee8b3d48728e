/**
 * @file AdamW: each parameter moves by its mean gradient over the root of its mean squared gradient,
 * and decays by itself. Before that the gradients of all parameters together are cut to a length.
 *
 * Source: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", 2019,
 * https://arxiv.org/abs/1711.05101; R. Pascanu et al., "On the difficulty of training recurrent
 * neural networks", 2013 (clipping by the norm).
 */
import type { ComputeDevice, DeviceBuffer, GraphSet } from "../llama/compute-device.ts";
import type { Pointer } from "../llama/structs.ts";
import type { Tensor } from "../llama/tensor.ts";
import type { TensorContext } from "../llama/tensor-context.ts";
import type { Parameter, Parameters } from "./model/parameters.ts";

export type OptimizerOptions = {
  beta1: number;
  beta2: number;
  weightDecay: number;
  /** 0 does not clip. */
  maxGradNorm: number;
};

const epsilon = 1e-8;

export class Optimizer {
  readonly #device: ComputeDevice;
  readonly #parameters: Parameters;
  readonly #options: OptimizerOptions;
  readonly #contexts: TensorContext[];
  readonly #buffer: DeviceBuffer;
  readonly #settings: { decaying: Tensor; steady: Tensor };
  readonly #norm: { graph: Pointer; squared: Tensor };
  readonly #step: Pointer;
  readonly #graphs: GraphSet;

  constructor(device: ComputeDevice, parameters: Parameters, options: OptimizerOptions) {
    this.#device = device;
    this.#parameters = parameters;
    this.#options = options;
    const { list } = parameters;
    const given = device.context(3);
    this.#settings = { decaying: given.create("F32", 7), steady: given.create("F32", 7) };
    const squared = given.create("F32", 1);
    this.#buffer = device.allocate(given);
    const nodes = list.length * 4 + 16;
    const context = device.context(nodes * 2, 2);
    this.#contexts = [given, context];
    this.#norm = { graph: squaredNorm(context, list, squared, nodes), squared };
    this.#step = context.graph(
      list.map((one) => this.#moved(context, one)),
      nodes,
    );
    this.#graphs = device.graphs([this.#norm.graph, this.#step]);
  }

  /**
   * Moves every parameter and clears its gradient.
   *
   * @param step From 1.
   * @returns The length of the gradient, before it was cut.
   */
  step(step: number, learningRate: number): number {
    const { maxGradNorm } = this.#options;
    const norm = this.gradientNorm();
    if (maxGradNorm > 0 && norm > maxGradNorm) this.#scaleGradients(maxGradNorm / norm);
    this.#writeSettings(step, learningRate);
    this.#graphs.run(this.#step);
    this.#parameters.clearGradients();
    return norm;
  }

  gradientNorm(): number {
    this.#graphs.run(this.#norm.graph);
    return Math.sqrt(this.#device.readFloats(this.#norm.squared)[0] ?? 0);
  }

  free(): void {
    this.#graphs.free();
    for (const context of this.#contexts) context.free();
    this.#buffer.free();
  }

  #moved(context: TensorContext, { value, gradient, m, v, decays }: Parameter): Tensor {
    const settings = decays ? this.#settings.decaying : this.#settings.steady;
    return context.adamw(value, gradient, m, v, settings);
  }

  #writeSettings(step: number, learningRate: number): void {
    const { beta1, beta2, weightDecay } = this.#options;
    const corrections = [1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)] as const;
    const settings = (decay: number) =>
      Float32Array.of(learningRate, beta1, beta2, epsilon, decay, ...corrections);
    this.#device.write(this.#settings.decaying, settings(weightDecay));
    this.#device.write(this.#settings.steady, settings(0));
  }

  /** A graph made for the occasion: the factor is part of the operation. */
  #scaleGradients(factor: number): void {
    const { list } = this.#parameters;
    const context = this.#device.context(list.length + 8, 1);
    const graph = context.graph(
      list.map(({ gradient }) => context.scaleInPlace(gradient, factor)),
      list.length + 8,
    );
    const graphs = this.#device.graphs([graph]);
    graphs.run(graph);
    graphs.free();
    context.free();
  }
}

function squaredNorm(
  context: TensorContext,
  list: readonly Parameter[],
  result: Tensor,
  nodes: number,
): Pointer {
  const total = list
    .map(({ gradient }) => context.sum(context.sqr(gradient)))
    .reduce((a, b) => context.add(a, b));
  return context.graph([context.copy(total, result)], nodes);
}
