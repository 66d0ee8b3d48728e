/**
 * @file The beginning that all inputs of a request share, such as a reranker's instructions and its
 * query: it is evaluated once, in a sequence of its own, and every input reads on from there.
 */
import type { Context, TokenBatch } from "../llama/context.ts";

/** A shorter beginning is not worth a batch of its own. */
const worthTokens = 16;

/** Tokens with which all inputs begin; 0 where that saves nothing. Each keeps one of its own. */
export function sharedTokens([first, ...others]: readonly Int32Array[]): number {
  if (first === undefined || others.length === 0) return 0;
  let length = first.length - 1;
  for (const other of others) {
    length = Math.min(length, other.length - 1);
    const parts = first.findIndex((token, place) => place >= length || token !== other[place]);
    length = Math.min(length, parts);
  }
  return length < worthTokens ? 0 : length;
}

export class SharedBeginning {
  readonly #context: Context;
  readonly #batch: TokenBatch;
  readonly #sequence: number;
  #held: { id: number; length: number } | null = null;

  /** @param sequence The sequence that no input is given. */
  constructor(context: Context, batch: TokenBatch, sequence: number) {
    this.#context = context;
    this.#batch = batch;
    this.#sequence = sequence;
  }

  /** The request whose beginning is held. */
  get id(): number | null {
    return this.#held?.id ?? null;
  }

  /** KV cells that it takes. */
  get length(): number {
    return this.#held?.length ?? 0;
  }

  /** Evaluates the beginning of a request, unless it is held already. */
  hold(id: number, tokens: Int32Array): void {
    if (this.#held?.id === id) return;
    this.drop();
    this.#batch.reset();
    tokens.forEach((token, position) => {
      this.#batch.add(token, position, this.#sequence, true);
    });
    this.#context.decodeWhole(this.#batch.columns);
    this.#held = { id, length: tokens.length };
  }

  /** Lets an empty sequence begin with it. */
  lend(sequence: number): void {
    this.#context.share(this.#sequence, sequence, this.length);
  }

  /** Empties the first `count` sequences, and keeps its own. */
  emptyOthers(count: number): void {
    if (this.#held === null) this.#context.clear();
    else for (let sequence = 0; sequence < count; sequence++) this.#context.forget(sequence);
  }

  drop(): void {
    if (this.#held !== null) this.#context.clear();
    this.#held = null;
  }
}
