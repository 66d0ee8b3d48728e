/**
 * @file Embeddings and ranks: many inputs a batch, each a sequence pooled to one row, which is a
 * unit vector, or the scores of a ranking model.
 */
import { InvalidRequestError } from "../errors/request-errors.ts";
import { type Context, TokenBatch } from "../llama/context.ts";
import type { AdapterSet } from "./adapter-set.ts";
import type { LoadedAdapters } from "./loaded-adapters.ts";
import { SharedBeginning, sharedTokens } from "./shared-beginning.ts";

/** The first `shared` tokens are those of all inputs of its request, and evaluated once. */
type Input = {
  id: number;
  index: number;
  tokens: Int32Array;
  shared: number;
  adapters: AdapterSet;
};
type Request = { vectors: Float32Array[]; left: number };

/** A request whose inputs all have their row: (inputs, embeddingLength), or (inputs, classes). */
export type Embedded = { id: number; vectors: Float32Array[] };

export type EmbedderOptions = {
  /** Tokens of one batch; no input may be longer, since pooling needs it whole. */
  batchSize: number;
  /** Of the context; where inputs share a beginning, the last one holds it. */
  sequences: number;
  /**
   * Tokens past which no further input joins a batch: attention's cost is the square of a batch,
   * and whoever else uses the model waits for it.
   */
  usualBatch: number;
  /** Whether a row is its last token's alone, which knows what it read before by the KV cache. */
  pooledLast: boolean;
};

export class Embedder {
  readonly #context: Context;
  readonly #adapters: LoadedAdapters;
  readonly #batch: TokenBatch;
  readonly #inputs: number;
  readonly #usualBatch: number;
  readonly #pooledLast: boolean;
  readonly #beginning: SharedBeginning;
  readonly #requests = new Map<number, Request>();
  #queue: Input[] = [];

  constructor(context: Context, adapters: LoadedAdapters, options: EmbedderOptions) {
    const { batchSize, sequences, usualBatch, pooledLast } = options;
    this.#context = context;
    this.#adapters = adapters;
    this.#inputs = pooledLast ? sequences - 1 : sequences;
    this.#usualBatch = usualBatch;
    this.#pooledLast = pooledLast;
    this.#batch = new TokenBatch(batchSize, sequences);
    this.#beginning = new SharedBeginning(context, this.#batch, sequences - 1);
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
    const shared = this.#pooledLast ? sharedTokens(inputs) : 0;
    inputs.forEach((tokens, index) => {
      this.#queue.push({ id, index, tokens, shared, adapters });
    });
  }

  cancel(id: number): void {
    this.#requests.delete(id);
    this.#queue = this.#queue.filter((input) => input.id !== id);
  }

  /** Evaluates as many waiting inputs, of one adapter set, as one batch takes; gives back the requests this completes. */
  step(): Embedded[] {
    const [first] = this.#queue;
    if (first === undefined) return [];
    this.#adapters.apply(this.#context, first.adapters);
    if (first.shared === 0) this.#beginning.drop();
    else this.#beginning.hold(first.id, first.tokens.subarray(0, first.shared));
    const inputs = this.#fill(first);
    this.#context.decodeWhole(this.#batch.columns);
    inputs.forEach(({ id, index }, sequence) => {
      const request = this.#requests.get(id);
      if (request === undefined) return;
      const row = this.#context.embedding(sequence);
      request.vectors[index] = this.#context.pooling === "rank" ? row : toUnit(row);
      request.left--;
    });
    this.#beginning.emptyOthers(inputs.length);
    return [...new Set(inputs.map(({ id }) => id))].flatMap((id) => this.#takeComplete(id));
  }

  #fill(first: Input): Input[] {
    this.#batch.reset();
    const inputs: Input[] = [];
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const length = next.tokens.length - next.shared;
      const room = this.#batch.free - this.#beginning.length;
      const isFull = this.#batch.length > 0 && this.#batch.length + length > this.#usualBatch;
      const isOther = next.shared > 0 && next.id !== this.#beginning.id;
      if (isFull || isOther || length > room || inputs.length === this.#inputs) break;
      if (next.adapters.key !== first.adapters.key) break;
      this.#add(next, inputs.length);
      inputs.push(next);
      this.#queue.shift();
    }
    return inputs;
  }

  #add({ tokens, shared }: Input, sequence: number): void {
    if (shared > 0) this.#beginning.lend(sequence);
    for (let position = shared; position < tokens.length; position++)
      this.#batch.add(tokens[position] as number, position, sequence, true);
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
