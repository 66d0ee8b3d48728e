/**
 * @file What training changes: each parameter with its gradient and AdamW's two moments, all F32 and
 * on the device.
 */
import type { ComputeDevice, DeviceBuffer } from "../../llama/compute-device.ts";
import { elementsOf, type Tensor } from "../../llama/tensor.ts";
import type { TensorContext } from "../../llama/tensor-context.ts";

export type Parameter = {
  /** Unique; in checkpoints it stands for the parameter. */
  name: string;
  value: Tensor;
  /** ∂L/∂value, added up over the rows of a step. */
  gradient: Tensor;
  /** Means of the gradient and of its square. */
  m: Tensor;
  v: Tensor;
  /** Matrices do; gains and biases do not. */
  decays: boolean;
};

export class Parameters {
  readonly list: readonly Parameter[];
  readonly #device: ComputeDevice;
  readonly #context: TensorContext;
  readonly #buffer: DeviceBuffer;

  /** @param values Tensors to train; those without data of their own get it here. */
  constructor(
    device: ComputeDevice,
    values: readonly { name: string; value: Tensor }[],
    context = device.context(values.length * 4),
  ) {
    this.#device = device;
    this.#context = context;
    this.list = values.map(({ name, value }) => ({
      name,
      value,
      gradient: context.create("F32", ...value.shape),
      m: context.create("F32", ...value.shape),
      v: context.create("F32", ...value.shape),
      decays: value.shape[1] > 1,
    }));
    this.#buffer = device.allocate(context);
    for (const { gradient, m, v } of this.list)
      for (const one of [gradient, m, v]) device.clear(one);
  }

  get count(): number {
    return this.list.reduce((sum, { value }) => sum + elementsOf(value), 0);
  }

  get bytes(): number {
    return this.#buffer.bytes;
  }

  clearGradients(): void {
    for (const { gradient } of this.list) this.#device.clear(gradient);
  }

  free(): void {
    this.#buffer.free();
    this.#context.free();
  }
}
