/**
 * @file What lies in the KV cache for each slot: shared, cut back, copied to RAM and back again.
 *
 * What can be used of a sequence depends on the model's memory. Attention's is cut back to any
 * length; with a sliding window only while the window before that length is still there (llama.cpp
 * writes new tokens over what lies further back). Recurrent state cannot be cut back at all: it is of
 * use to prompts that go on from its very end, so copies of it are kept where prompts may part.
 */
import type { Context } from "../llama/context.ts";
import type { Model } from "../llama/model.ts";
import type { CachedPrefix } from "./cache/cached-prefix.ts";
import { type PromptCache, worthCopying } from "./prompt-cache.ts";
import type { Slot } from "./slot.ts";

export class SlotMemory {
  readonly #context: Context;
  readonly #cache: PromptCache;
  readonly #model: Model;

  constructor(context: Context, cache: PromptCache, model: Model) {
    this.#context = context;
    this.#cache = cache;
    this.#model = model;
  }

  /** Keeps a copy of all that the slot has evaluated, where that is worth it. */
  save(slot: Slot): void {
    const { evaluated, prefixes, adapters } = slot;
    if (!this.#cache.enabled || evaluated < worthCopying) return;
    const tokens = slot.tokens.slice(0, evaluated);
    if (this.#cache.holds(tokens, adapters)) return;
    const state = this.#context.saveSequence(slot.id);
    if (state !== null) this.#cache.put({ tokens, state, prefixes, adapters });
  }

  /** Keeps a copy of a slot that has come to a place where prompts may part. */
  keepAtParting(slot: Slot): void {
    if (slot.partings[0] !== slot.evaluated) return;
    slot.partings.shift();
    this.save(slot);
  }

  /** Gives up the slot's cached tokens, keeping a copy where that is worth it. */
  empty(slot: Slot): void {
    this.save(slot);
    this.#context.forget(slot.id);
    slot.evaluated = 0;
    if (slot.job === null) slot.tokens = [];
    slot.prefixes = [];
  }

  /** Lets an empty slot have the first `length` tokens of the source as well. */
  share(source: Slot, target: Slot, length: number): void {
    this.#context.share(source.id, target.id, this.#model.rewindable ? length : -1);
    target.evaluated = length;
  }

  /** Copies a prefix into an empty slot; false where there are not the cells for it. */
  restore(slot: Slot, { tokens, state }: CachedPrefix): boolean {
    if (!this.#context.restoreSequence(slot.id, state)) return false;
    slot.evaluated = tokens.length;
    return true;
  }

  /** Whether so many cells are there; false where nobody knows, with a sliding window. */
  hasRoomFor(cells: number): boolean {
    return this.#model.slidingWindow === 0 && cells <= this.#context.contextSize;
  }

  /** Cuts the slot back, or empties it when what is left could not be gone on from. */
  rewind(slot: Slot, length: number): void {
    const isEnd = length === slot.evaluated;
    const cut = isEnd || this.#context.forget(slot.id, length);
    const whole = cut && (length === 0 || this.#reachesBack(slot, length));
    if (!whole) this.#context.forget(slot.id);
    slot.evaluated = whole ? length : 0;
  }

  /**
   * Forgets what was drafted behind the slot's evaluated tokens; where that cannot be, the slot is
   * read again from its beginning.
   */
  forgetRefused(slot: Slot): void {
    if (this.#context.forget(slot.id, slot.evaluated)) return;
    this.#context.forget(slot.id);
    slot.evaluated = 0;
  }

  /** Whether the slot still holds all that its next token looks back on. */
  #reachesBack({ id }: Slot, length: number): boolean {
    const { rewindable, slidingWindow } = this.#model;
    if (!rewindable) return true;
    const first = this.#context.firstPosition(id);
    const needed = slidingWindow > 0 ? Math.max(0, length - slidingWindow) : 0;
    return first >= 0 && first <= needed;
  }
}
