/**
 * @file What outlives the graphs of a network: the row, the layers' inputs, the gradient on its way
 * back, and which rows of logits are looked at.
 */
import type { ComputeDevice, DeviceBuffer } from "../../llama/compute-device.ts";
import type { Tensor } from "../../llama/tensor.ts";
import type { Positions } from "../tape/rotation.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import { fillMask, type RowTokens } from "./mask.ts";

/** Positions of a row whose next token counts. */
export type Supervised = {
  /** (rows,) places in the row whose output is compared… */
  places: Int32Array;
  /** …with these tokens… */
  targets: Int32Array;
  /** …and by how much. */
  weights: Float32Array;
};

export class NetworkMemory {
  readonly tokens: Tensor;
  readonly positions: Positions;
  readonly mask: Tensor;
  /** null where no layer's window is shorter than a row. */
  readonly windowMask: Tensor | null;
  /** (layers + 1,) [embeddingLength, n + 1] each: what goes into a layer, and comes out of the last. */
  readonly inputs: readonly Tensor[];
  /** [embeddingLength, n + 1] ∂L/∂ of the input of the layer last gone through. */
  readonly gradient: Tensor;
  /** (headRows,) */
  readonly places: Tensor;
  readonly targets: Tensor;
  /** [1, headRows] */
  readonly weights: Tensor;
  readonly losses: Tensor;
  readonly bytes: number;
  readonly #device: ComputeDevice;
  readonly #h: Hyperparameters;
  readonly #rowLength: number;
  readonly #headRows: number;
  readonly #buffer: DeviceBuffer;
  readonly #context: ReturnType<ComputeDevice["context"]>;

  /** @param rowLength n; one place more is kept, for what fills up the rows of logits. */
  constructor(device: ComputeDevice, h: Hyperparameters, rowLength: number, headRows: number) {
    const n = rowLength;
    const context = device.context(h.layers + 16);
    this.#device = device;
    this.#h = h;
    this.#rowLength = rowLength;
    this.#headRows = headRows;
    this.#context = context;
    this.tokens = context.create("I32", n);
    this.positions = { forth: context.create("I32", n), back: context.create("I32", n) };
    this.mask = context.create("F32", n, n);
    const hasWindow = h.window !== null && h.window.tokens < n;
    this.windowMask = hasWindow ? context.create("F32", n, n) : null;
    this.inputs = Array.from({ length: h.layers + 1 }, () =>
      context.create("F32", h.embeddingLength, n + 1),
    );
    this.gradient = context.create("F32", h.embeddingLength, n + 1);
    this.places = context.create("I32", headRows);
    this.targets = context.create("I32", headRows);
    this.weights = context.create("F32", 1, headRows);
    this.losses = context.create("F32", 1, headRows);
    this.#buffer = device.allocate(context);
    this.bytes = this.#buffer.bytes;
    for (const tensor of [...this.inputs, this.gradient]) device.clear(tensor);
  }

  writeRow(row: RowTokens): void {
    const n = this.#rowLength;
    if (row.tokens.length > n) throw new RangeError(`${row.tokens.length} tokens in a row of ${n}`);
    const positions = filled(row.positions, n);
    this.#device.write(this.tokens, filled(row.tokens, n));
    this.#device.write(this.positions.forth, positions);
    this.#device.write(
      this.positions.back,
      positions.map((position) => -position),
    );
    this.#device.write(this.mask, fillMask(row, n, Number.POSITIVE_INFINITY));
    const window = this.#h.window?.tokens ?? n;
    if (this.windowMask) this.#device.write(this.windowMask, fillMask(row, n, window));
  }

  /** Rows that fill up have no weight, and belong to the place behind the row's end. */
  writeHead({ places, targets, weights }: Supervised): void {
    const headRows = this.#headRows;
    const rows = new Int32Array(headRows).fill(this.#rowLength);
    rows.set(places);
    const size = this.#h.vocabularySize;
    const flat = Int32Array.from({ length: headRows }, (_, i) => i * size + (targets[i] ?? 0));
    const shares = new Float32Array(headRows);
    shares.set(weights);
    this.#device.write(this.places, rows);
    this.#device.write(this.targets, flat);
    this.#device.write(this.weights, shares);
  }

  clearGradient(): void {
    this.#device.clear(this.gradient);
  }

  /** Sum of the losses of the rows last looked at. */
  lossSum(): number {
    return this.#device.readFloats(this.losses).reduce((sum, loss) => sum + loss, 0);
  }

  free(): void {
    this.#buffer.free();
    this.#context.free();
  }
}

function filled(values: Int32Array, length: number): Int32Array {
  const whole = new Int32Array(length);
  whole.set(values);
  return whole;
}
