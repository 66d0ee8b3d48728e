/**
 * @file FastChat's workers in the registry. Theirs is a table of addresses, each with several models
 * and one queue; ours one of models: a worker of theirs is one entry for each name that it has.
 */
import { UnavailableError } from "../errors/worker-errors.ts";
import {
  type FastChatRegistration,
  fastChatLeaseMs,
  type WorkerStatus,
} from "../protocol/fastchat-controller.ts";
import type { Capability } from "../protocol/openai.ts";
import { Load, type WorkerState } from "../protocol/registry.ts";
import type { Registry } from "./registry.ts";
import { noStatus } from "./worker-status.ts";

/**
 * What FastChat's workers do unless they say otherwise at their first request (the api asks
 * `/model_details` then).
 */
const assumedContextSize = 2048;
/** Workers that are asked for their status at the same time. */
const askedAtOnce = 8;

type StatusOf = (origin: URL) => Promise<WorkerStatus>;

export class FastChatWorkers {
  readonly #registry: Registry;
  /** Origins of workers whose beats are not checked. */
  readonly #unchecked = new Set<string>();
  #refreshing: Promise<void> | undefined;

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
    this.#unchecked.delete(origin);
    if (!registration.check_heart_beat) this.#unchecked.add(origin);
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

  /** Drops the workers whose beats are not checked and that do not answer. One round at a time. */
  refresh(statusOf: StatusOf): Promise<void> {
    this.#refreshing ??= this.#askUnchecked(statusOf).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #askUnchecked(statusOf: StatusOf): Promise<void> {
    const origins = [...this.#unchecked];
    for (let at = 0; at < origins.length; at += askedAtOnce) {
      const some = origins.slice(at, at + askedAtOnce);
      await Promise.all(some.map((origin) => this.#ask(origin, statusOf)));
    }
  }

  async #ask(origin: string, statusOf: StatusOf): Promise<void> {
    try {
      const { queue_length } = await statusOf(new URL(origin));
      this.beat(origin, queue_length);
    } catch (error) {
      const hasNone = error instanceof UnavailableError && error.code === noStatus;
      if (!hasNone || !this.#unchecked.delete(origin)) return;
      for (const { worker_id } of this.#at(origin)) this.#registry.remove(worker_id);
    }
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
