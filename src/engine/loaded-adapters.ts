/**
 * @file The LoRA adapters in memory, and which of them each context has applied.
 *
 * Applying another set makes llama.cpp plan its graphs anew, some 10 ms for a small model: it is
 * done only where the set really changes.
 */
import { InvalidRequestError } from "../errors/request-errors.ts";
import type { AdapterCheck } from "../llama/adapter-check.ts";
import type { Context } from "../llama/context.ts";
import type { Model } from "../llama/model.ts";
import type { Pointer } from "../llama/structs.ts";
import { type AdapterSet, bareModel } from "./adapter-set.ts";

export class LoadedAdapters {
  readonly #model: Model;
  readonly #check: AdapterCheck;
  readonly #pointers = new Map<number, Pointer>();
  readonly #applied = new Map<Context, AdapterSet>();
  /** Those to be freed as soon as nobody answers with them, and whom to tell. */
  readonly #retired = new Map<number, () => void>();
  #nextId = 0;

  constructor(model: Model, check: AdapterCheck) {
    this.#model = model;
    this.#check = check;
  }

  /**
   * @returns the adapter's number: 0 for the first, and never one that another had.
   * @throws {UsageError} it is no sound adapter for this model.
   */
  load(path: string): number {
    this.#check(path);
    const pointer = this.#model.loadAdapter(path);
    const id = this.#nextId++;
    this.#pointers.set(id, pointer);
    return id;
  }

  /** @throws {InvalidRequestError} one of them is unloaded, or about to be. */
  assertUsable({ uses }: AdapterSet): void {
    if (uses.every(({ id }) => this.#pointers.has(id) && !this.#retired.has(id))) return;
    throw new InvalidRequestError("The LoRA adapter has just been unloaded.", "model");
  }

  apply(context: Context, set: AdapterSet): void {
    if ((this.#applied.get(context) ?? bareModel).key === set.key) return;
    const adapters = set.uses.flatMap(({ id, scale }) => {
      const pointer = this.#pointers.get(id);
      return pointer === undefined ? [] : [{ pointer, scale }];
    });
    context.applyAdapters(adapters);
    this.#applied.set(context, set);
  }

  /** Takes no new requests for it; `onFreed` is called when its memory is free. */
  retire(id: number, onFreed: () => void): void {
    this.#retired.set(id, onFreed);
  }

  /** Frees what is retired and not in `used`, the sets of all requests that run or wait. */
  freeRetired(used: () => readonly AdapterSet[]): void {
    if (this.#retired.size === 0) return;
    const needed = new Set(used().flatMap(({ uses }) => uses.map(({ id }) => id)));
    for (const [id, onFreed] of this.#retired) {
      if (needed.has(id)) continue;
      this.#retired.delete(id);
      this.#free(id);
      onFreed();
    }
  }

  /** First off the contexts: llama.cpp knows adapters by their address, which another may get. */
  #free(id: number): void {
    for (const [context, { uses }] of this.#applied)
      if (uses.some((use) => use.id === id)) this.apply(context, bareModel);
    const pointer = this.#pointers.get(id);
    this.#pointers.delete(id);
    if (pointer !== undefined) this.#model.freeAdapter(pointer);
  }
}
