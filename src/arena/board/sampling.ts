/** @file How often each model was shown in a battle, whether or not anybody voted. */
import type { ArenaStore } from "../../store/arena-store.ts";

export class Sampling {
  readonly #store: ArenaStore;
  readonly #shown = new Map<string, number>();
  #position = 0;

  constructor(store: ArenaStore) {
    this.#store = store;
  }

  /** By model, as of now. */
  shown(): ReadonlyMap<string, number> {
    for (const { id, body } of this.#store.events(["chat"], this.#position)) {
      this.#position = id;
      if (body.mode !== "battle") continue;
      for (const model of body.models) this.#shown.set(model, (this.#shown.get(model) ?? 0) + 1);
    }
    return this.#shown;
  }
}
