/** @file The standing in the registry of each model that another server computes. */
import { randomUUID } from "node:crypto";
import type { Connection } from "../../http/connection.ts";
import { connectionInWords, keepRegistered } from "../../http/registry-client.ts";
import type { Load } from "../../protocol/registry.ts";
import { version } from "../../protocol/version.ts";
import { remoteStatus } from "./fastchat-side.ts";
import type { RemoteModels, RemoteServed } from "./remote-models.ts";

type Where = {
  workerAddress?: string | undefined;
  /** None: nowhere. */
  controllerAddress?: string | undefined;
  joinToken?: string | undefined;
};

/** The standing of each model in the registry, which its connection is. */
export class Registrations {
  readonly #options: Where;
  readonly #ownUrl: string;
  readonly #models: RemoteModels;
  readonly #isDraining: () => boolean;
  readonly #log: (line: string) => void;
  readonly #open = new Map<RemoteServed, Connection>();

  constructor(
    options: Where,
    ownUrl: string,
    models: RemoteModels,
    isDraining: () => boolean,
    log: (line: string) => void,
  ) {
    this.#options = options;
    this.#ownUrl = ownUrl;
    this.#models = models;
    this.#isDraining = isDraining;
    this.#log = log;
  }

  open(model: RemoteServed): void {
    const { controllerAddress, joinToken, workerAddress = this.#ownUrl } = this.#options;
    if (controllerAddress === undefined) return;
    const { card } = model.remote;
    const workerId = randomUUID();
    const connection = keepRegistered({
      controllerAddress,
      joinToken,
      registration: () => ({
        worker_id: workerId,
        address: workerAddress,
        version: version(),
        model: card,
        speed: 1,
        load: toLoad(model),
      }),
      load: () => toLoad(model),
      draining: this.#isDraining,
      // FastChat knows workers by their address alone, whatever they serve.
      fastChat: { status: () => remoteStatus(this.#models) },
      onState: (state) => this.#log(`${card.id}: ${connectionInWords(controllerAddress, state)}`),
    });
    this.#open.set(model, connection);
  }

  leave(model: RemoteServed): void {
    void this.#open.get(model)?.close();
    this.#open.delete(model);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((connection) => connection.close()));
  }
}

function toLoad({ places }: RemoteServed): Load {
  return {
    slots: places.limit,
    busy: places.busy,
    queued: 0,
    pending_tokens: 0,
    tokens_per_second: 0,
    kv_cells: 0,
    kv_used: 0,
    prefixes: [],
  };
}
