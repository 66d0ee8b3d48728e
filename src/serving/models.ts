/** @file The models behind a server's routes, found by the name that a request gives. */
import { adapterIn } from "../protocol/adapter-names.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";

export type Models<S> = {
  /**
   * @throws {ModelNotFoundError} none has this name.
   * @throws {UnavailableError} it cannot be asked yet.
   */
  named(name: string): S;
  has(name: string): boolean;
};

type Named = { card: ModelCard; assertName(name: string): void };

/** @param ready throws while the model is not there. */
export function oneModel<S extends Named>(ready: () => S): Models<S> {
  return {
    named(name) {
      const model = ready();
      model.assertName(name);
      return model;
    },
    has(name) {
      return adapterIn(ready().card, name) !== undefined;
    },
  };
}
