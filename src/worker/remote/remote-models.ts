/** @file The models that other servers compute for this worker, by their names. */
import { ModelNotFoundError } from "../../errors/model-errors.ts";
import { UnavailableError } from "../../errors/worker-errors.ts";
import { adapterIn } from "../../protocol/adapter-names.ts";
import type { Served } from "../../protocol/speaker.ts";
import type { Preparation } from "../../remote/prepared-speaker.ts";
import type { RemoteModel } from "../../remote/remote-model.ts";
import type { Models } from "../../serving/models.ts";
import type { Places } from "./places.ts";

export type RemoteServed = {
  remote: RemoteModel;
  /** Asked by the routes of every dialect. */
  served: Served;
  /** The same, asked by prompts of FastChat's. */
  prompted: Served;
  preparation: Preparation;
  places: Places;
};

export class RemoteModels implements Models<Served> {
  readonly #models: RemoteServed[] = [];
  /** Of servers that have not answered yet, or do not any more. */
  readonly #awaited = new Set<string>();

  await(names: readonly string[]): void {
    for (const name of names) this.#awaited.add(name);
  }

  /** Its server has answered, or is named in the settings. */
  awaits(name: string): boolean {
    return this.#awaited.has(name);
  }

  add(model: RemoteServed): void {
    this.#models.push(model);
    const { id, aliases } = model.remote.card;
    this.await([id, ...aliases]);
  }

  remove(model: RemoteServed): void {
    const at = this.#models.indexOf(model);
    if (at !== -1) this.#models.splice(at, 1);
  }

  all(): readonly RemoteServed[] {
    return this.#models;
  }

  /** Of several servers with the model, the one that has least to do. */
  find(name: string): RemoteServed | undefined {
    const having = this.#models.filter(
      ({ remote: { card } }) => adapterIn(card, name) !== undefined,
    );
    return having.reduce<RemoteServed | undefined>(
      (least, one) => (least === undefined || share(one) < share(least) ? one : least),
      undefined,
    );
  }

  /** The only one there is. */
  only(): RemoteServed | undefined {
    return this.#models.length === 1 ? this.#models[0] : undefined;
  }

  named(name: string): Served {
    return this.required(name).served;
  }

  /** @throws as `named`. */
  required(name: string): RemoteServed {
    const found = this.find(name);
    if (found !== undefined) return found;
    if (this.#awaited.has(name))
      throw new UnavailableError(`The server behind '${name}' cannot be reached.`, "loading");
    const known = this.#models.flatMap(({ remote: { card } }) => [card.id, ...card.aliases]);
    throw new ModelNotFoundError(name, [...new Set(known)]);
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }
}

const share = ({ places }: RemoteServed) => places.busy / places.limit;
