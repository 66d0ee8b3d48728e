/**
 * @file A model that learns from rows of one length: forward through the layers, the loss of some
 * rows of logits at a time, backward through the layers.
 */
import type { ComputeDevice, GraphSet } from "../../llama/compute-device.ts";
import type { Pointer } from "../../llama/structs.ts";
import { Dropout } from "./dropout.ts";
import type { RowTokens } from "./mask.ts";
import { type GraphOptions, NetworkGraphs, type Trained } from "./network-graphs.ts";
import { NetworkMemory, type Supervised } from "./network-memory.ts";
import type { ModelWeights } from "./weights.ts";

export type NetworkOptions = GraphOptions & {
  /** Rows of logits that exist at a time. */
  headRows: number;
  /** The share of their input that adapters do not see. */
  dropout: number;
};

export class Network {
  readonly #device: ComputeDevice;
  readonly #headRows: number;
  readonly #memory: NetworkMemory;
  readonly #dropout: Dropout | null;
  readonly #graphs: NetworkGraphs;
  readonly #set: GraphSet;

  constructor(
    device: ComputeDevice,
    weights: ModelWeights,
    trained: Trained,
    options: NetworkOptions,
  ) {
    const { rowLength, headRows, dropout } = options;
    const { lora } = trained;
    this.#device = device;
    this.#headRows = headRows;
    this.#memory = new NetworkMemory(device, weights.hyperparameters, rowLength, headRows);
    this.#dropout =
      dropout > 0 && lora !== null ? new Dropout(device, weights, lora, options) : null;
    this.#graphs = new NetworkGraphs(
      device,
      weights,
      this.#memory,
      trained,
      this.#dropout,
      options,
    );
    this.#set = device.graphs(this.#graphs.all);
  }

  /** Memory beside the weights and the parameters. */
  get bytes(): number {
    return this.#memory.bytes + this.#graphs.bytes + this.#set.bytes;
  }

  /**
   * The weighted losses of a row, and nothing else.
   *
   * @returns Σ weight · −ln p(target).
   */
  evaluate(row: RowTokens, supervised: Supervised): number {
    this.#dropout?.keepAll();
    this.#forward(row);
    return this.#losses(supervised, this.#graphs.losses);
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
    this.#memory.clearGradient();
    const loss = this.#losses(supervised, this.#graphs.lossesAndGradient);
    for (const { backward } of this.#graphs.layers.toReversed()) this.#set.run(backward);
    if (this.#graphs.embedBack !== null) this.#set.run(this.#graphs.embedBack);
    return loss;
  }

  /** (places, vocabulary) the logits at some places of a row. */
  logits(row: RowTokens, places: readonly number[]): Float32Array[] {
    this.#dropout?.keepAll();
    this.#forward(row);
    const { logits } = this.#graphs;
    const [size] = logits.shape;
    const found: Float32Array[] = [];
    for (let from = 0; from < places.length; from += this.#headRows) {
      const part = Int32Array.from(places.slice(from, from + this.#headRows));
      const nothing = { targets: new Int32Array(), weights: new Float32Array() };
      this.#memory.writeHead({ places: part, ...nothing });
      this.#set.run(this.#graphs.losses);
      const all = this.#device.readFloats(logits);
      found.push(...Array.from(part, (_, i) => all.slice(i * size, (i + 1) * size)));
    }
    return found;
  }

  free(): void {
    this.#set.free();
    this.#graphs.free();
    this.#dropout?.free();
    this.#memory.free();
  }

  #forward(row: RowTokens): void {
    this.#memory.writeRow(row);
    this.#set.run(this.#graphs.embed);
    for (const { forward } of this.#graphs.layers) this.#set.run(forward);
  }

  #losses({ places, targets, weights }: Supervised, graph: Pointer): number {
    let sum = 0;
    for (let from = 0; from < places.length; from += this.#headRows) {
      const to = from + this.#headRows;
      this.#memory.writeHead({
        places: places.subarray(from, to),
        targets: targets.subarray(from, to),
        weights: weights.subarray(from, to),
      });
      this.#set.run(graph);
      sum += this.#memory.lossSum();
    }
    return sum;
  }
}
