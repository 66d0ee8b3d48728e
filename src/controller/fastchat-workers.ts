/**
 * @file FastChat's workers in the registry. Theirs is a table of addresses, each with several models
 * and one queue; ours one of models: a worker of theirs is one entry for each name that it has.
 */

import {
  type FastChatRegistration,
  fastChatLeaseMs,
  type WorkerStatus,
} from "../protocol/fastchat-controller.ts";
import type { Capability } from "../protocol/openai.ts";
import { Load, type WorkerState } from "../protocol/registry.ts";
import type { Registry } from "./registry.ts";

/**
 * What FastChat's workers do unless they say otherwise at their first request (the api asks
 * `/model_details` then).
 */
const assumedContextSize = 2048;

export class FastChatWorkers {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Entries of theirs, all addresses together. */
  get size(): number {
    return this.#registry.workers().filter(isFastChats).length;
  }

  /**
   * Adds the worker under each of its names, in place of what it had before.
   *
   * @param origin Where it is called.
   * @throws {UnavailableError} the registry is full.
   */
  put(origin: string, registration: FastChatRegistration, status: WorkerStatus): void {
    const names = [...new Set(status.model_names)];
    for (const { worker_id, model } of this.#at(origin))
      if (!names.includes(model.id)) this.#registry.remove(worker_id);
    const leaseMs = registration.check_heart_beat ? fastChatLeaseMs : Number.POSITIVE_INFINITY;
    for (const name of names)
      this.#registry.put(toWorker(origin, name, registration, status), leaseMs);
  }

  /** False when nobody of this address is registered. */
  beat(origin: string, queueLength: number): boolean {
    const workers = this.#at(origin);
    const heartbeat = { load: toLoad(queueLength), draining: false };
    for (const { worker_id } of workers) this.#registry.renew(worker_id, heartbeat);
    return workers.length > 0;
  }

  #at(origin: string): WorkerState[] {
    return this.#registry.workers().filter((one) => isFastChats(one) && one.address === origin);
  }
}

const isFastChats = ({ wire }: WorkerState) => wire === "fastchat";

function toWorker(
  origin: string,
  name: string,
  { multimodal }: FastChatRegistration,
  { speed, queue_length }: WorkerStatus,
): WorkerState {
  // Nobody tells what it can do: what it cannot, it says when it is asked.
  const able: Capability[] = ["chat", "completions", "embeddings"];
  return {
    worker_id: `${origin}#${name}`,
    address: origin,
    model: {
      id: name,
      aliases: [],
      capabilities: multimodal ? [...able, "vision"] : able,
      context_size: assumedContextSize,
      created: Math.floor(Date.now() / 1000),
    },
    speed,
    load: toLoad(queue_length),
    draining: false,
    wire: "fastchat",
  };
}

/** Its slots, its cache and its speed are its secret. */
function toLoad(queueLength: number): Load {
  return Load.parse({ busy: queueLength });
}
