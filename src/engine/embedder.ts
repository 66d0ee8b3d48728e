/**
 * @file Embeddings and ranks: many inputs a batch, each a sequence pooled to one row, which is a
 * unit vector, or the scores of a ranking model.
 */
import { InvalidRequestError } from "../errors/api-error.ts";
import { type Context, TokenBatch } from "../llama/context.ts";
import type { AdapterSet } from "./adapter-set.ts";
import type { LoadedAdapters } from "./loaded-adapters.ts";

type Input = { id: number; index: number; tokens: Int32Array; adapters: AdapterSet };
type Request = { vectors: Float32Array[]; left: number };

/** A request whose inputs all have their row: (inputs, embeddingLength), or (inputs, classes). */
export type Embedded = { id: number; vectors: Float32Array[] };

export class Embedder {
  readonly #context: Context;
  readonly #adapters: LoadedAdapters;
  readonly #batch: TokenBatch;
  readonly #sequences: number;
  readonly #usualBatch: number;
  readonly #requests = new Map<number, Request>();
  #queue: Input[] = [];

  /**
   * @param batchSize  Tokens of one batch; no input may be longer, since pooling needs it whole.
   * @param usualBatch Tokens past which no further input joins a batch: attention's cost is the
   *                   square of a batch, and whoever else uses the model waits for it.
   */
  constructor(
    context: Context,
    adapters: LoadedAdapters,
    batchSize: number,
    sequences: number,
    usualBatch = batchSize,
  ) {
    this.#context = context;
    this.#adapters = adapters;
    this.#sequences = sequences;
    this.#usualBatch = usualBatch;
    this.#batch = new TokenBatch(batchSize, sequences);
  }

  get idle(): boolean {
    return this.#queue.length === 0;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** The adapter sets of all inputs that wait. */
  adapterSets(): AdapterSet[] {
    return this.#queue.map(({ adapters }) => adapters);
  }

  /** @throws {InvalidRequestError} an input does not fit, or an adapter was just unloaded. */
  submit(id: number, inputs: Int32Array[], adapters: AdapterSet): void {
    this.#adapters.assertUsable(adapters);
    if (inputs.some((tokens) => tokens.length === 0 || tokens.length > this.#batch.size))
      throw new InvalidRequestError("An input is empty or too long for the model.", "input");
    this.#requests.set(id, { vectors: [], left: inputs.length });
    inputs.forEach((tokens, index) => {
      this.#queue.push({ id, index, tokens, adapters });
    });
  }

  cancel(id: number): void {
    this.#requests.delete(id);
    this.#queue = this.#queue.filter((input) => input.id !== id);
  }

  /** Evaluates as many waiting inputs, of one adapter set, as one batch takes; gives back the requests this completes. */
  step(): Embedded[] {
    const inputs = this.#fill();
    const [first] = inputs;
    if (first !== undefined) this.#adapters.apply(this.#context, first.adapters); // all of one set
    this.#context.decode(this.#batch.columns);
    inputs.forEach(({ id, index }, sequence) => {
      const request = this.#requests.get(id);
      if (request === undefined) return;
      const row = this.#context.embedding(sequence);
      request.vectors[index] = this.#context.pooling === "rank" ? row : toUnit(row);
      request.left--;
    });
    this.#context.clear();
    return [...new Set(inputs.map(({ id }) => id))].flatMap((id) => this.#takeComplete(id));
  }

  #fill(): Input[] {
    this.#batch.reset();
    const inputs: Input[] = [];
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const { length } = next.tokens;
      const isFull = this.#batch.length > 0 && this.#batch.length + length > this.#usualBatch;
      const isOther = next.adapters.key !== (inputs[0] ?? next).adapters.key;
      if (isFull || isOther || length > this.#batch.free || inputs.length === this.#sequences)
        break;
      next.tokens.forEach((token, position) => {
        this.#batch.add(token, position, inputs.length, true);
      });
      inputs.push(next);
      this.#queue.shift();
    }
    return inputs;
  }

  #takeComplete(id: number): Embedded[] {
    const request = this.#requests.get(id);
    if (request === undefined || request.left > 0) return [];
    this.#requests.delete(id);
    return [{ id, vectors: request.vectors }];
  }
}

function toUnit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return length === 0 ? vector : vector.map((x) => x / length);
}
