/**
 * @file What the adapters do not see: each value of their input is left out with probability p, and
 * the others are scaled by 1 / (1 − p), so that the mean stays.
 *
 * Drawing a number for every value of every layer would take longer than some of the layers. A pool
 * of rows is drawn once; in every step each token gets a random one of them at each place.
 */
import type { ComputeDevice, DeviceBuffer } from "../../llama/compute-device.ts";
import type { Tensor } from "../../llama/tensor.ts";
import type { TensorContext } from "../../llama/tensor-context.ts";
import type { LoraTarget } from "../../protocol/training.ts";
import type { Factors } from "../tape/elementwise.ts";
import type { Lora } from "./lora.ts";
import type { ModelWeights } from "./weights.ts";

/** Row 0 leaves nothing out. */
const poolRows = 1024;

export class Dropout {
  readonly #device: ComputeDevice;
  readonly #context: TensorContext;
  readonly #buffer: DeviceBuffer;
  readonly #pools: Map<number, Tensor>;
  /** [n, places] which row of the pool each token takes at each place. */
  readonly #choices: Tensor;
  readonly #places: Map<string, { index: number; width: number }>;

  constructor(
    device: ComputeDevice,
    weights: ModelWeights,
    lora: Lora,
    { rowLength, dropout }: { rowLength: number; dropout: number },
  ) {
    this.#device = device;
    this.#places = new Map(
      lora.adapters.map(({ layer, target, a }, index) => [
        `${layer}.${target}`,
        { index, width: a.value.shape[0] },
      ]),
    );
    const widths = new Set([...this.#places.values()].map(({ width }) => width));
    this.#context = device.context(widths.size + 2);
    this.#pools = new Map(
      [...widths].map((width) => [width, this.#context.create("F32", width, poolRows)]),
    );
    this.#choices = this.#context.create("I32", rowLength, lora.adapters.length);
    this.#buffer = device.allocate(this.#context);
    // The pool is the same in every run; what differs by seed is which rows are taken.
    const random = multiplicative(weights.layers.length);
    for (const [width, pool] of this.#pools) {
      const values = Float32Array.from({ length: width * poolRows }, (_, i) =>
        i >= width && random() < dropout ? 0 : i < width ? 1 : 1 / (1 - dropout),
      );
      device.write(pool, values);
    }
    this.keepAll();
  }

  /** [width, n] factors for what an adapter sees, in any graph. */
  mask(layer: number, target: LoraTarget): Factors | null {
    const place = this.#places.get(`${layer}.${target}`);
    const pool = place && this.#pools.get(place.width);
    if (!place || !pool) return null;
    return (to) => {
      const rows = to.slice(this.#choices, 1, place.index, 1);
      return to.getRows(pool, to.reshape(rows, rows.shape[0]));
    };
  }

  draw(random: () => number): void {
    const [n, places] = this.#choices.shape;
    const choices = Int32Array.from(
      { length: n * places },
      () => 1 + Math.floor(random() * (poolRows - 1)),
    );
    this.#device.write(this.#choices, choices);
  }

  keepAll(): void {
    const [n, places] = this.#choices.shape;
    this.#device.write(this.#choices, new Int32Array(n * places));
  }

  free(): void {
    this.#buffer.free();
    this.#context.free();
  }
}

/** Park and Miller's generator: enough for a pool that is only chosen from. */
function multiplicative(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
