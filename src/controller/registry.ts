/**
 * @file Who serves, at this moment: workers by their id, each with a lease that its heartbeats
 * renew. Everything is soft state; the workers themselves know best and say it again.
 */
import { InvalidRequestError } from "../errors/request-errors.ts";
import {
  UnavailableError,
  UnknownWorkerError,
  WorkerConflictError,
} from "../errors/worker-errors.ts";
import {
  type DispatchMethod,
  type Heartbeat,
  leaseMs,
  type Registration,
  type RegistryEvent,
  type WorkerState,
} from "../protocol/registry.ts";

type Entry = { state: WorkerState; leaseMs: number; renewedAt: number; onEnd: () => void };

const maxWorkers = 10_000;
/** Between two sweeps; the lease is exact to this. */
export const sweepMs = 500;
/** A gap between sweeps as long as this means that it was we who slept. */
const sleptMs = 2000;

export type RegistryOptions = {
  epoch: number;
  dispatchMethod: DispatchMethod;
  /** A monotonic clock, ms. */
  now: () => number;
};

export class Registry {
  readonly #workers = new Map<string, Entry>();
  readonly #listeners = new Set<(event: RegistryEvent) => void>();
  readonly #options: RegistryOptions;
  #sweptAt: number;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#sweptAt = options.now();
  }

  /**
   * Adds the worker. Who registers the same id again, from the same address, takes its place: its
   * old connection is a dead one that has not been noticed yet.
   *
   * @param onEnd Called when the registration ends by anything but `end`.
   * @returns     Ends this registration, and no later one of the same worker.
   * @throws {WorkerConflictError} the id is taken, and lives at another address.
   * @throws {UnavailableError} 10 000 workers are registered.
   */
  register(registration: Registration, onEnd: () => void): () => void {
    const { worker_id, address, model, speed, load } = registration;
    assertCallable(address);
    const known = this.#workers.get(worker_id);
    if (known && known.state.address !== address) throw new WorkerConflictError(worker_id);
    const state = { worker_id, address, model, speed, load, draining: false };
    const entry = this.#add(state, leaseMs, onEnd);
    known?.onEnd();
    return () => {
      if (this.#workers.get(worker_id) === entry) this.remove(worker_id);
    };
  }

  /**
   * Adds a worker that holds no connection, or replaces what was known of it: it lives as long as it
   * is renewed.
   *
   * @throws {UnavailableError} 10 000 workers are registered.
   */
  put(worker: WorkerState, ownLeaseMs: number): void {
    this.#add(worker, ownLeaseMs, () => {});
  }

  /** @throws {UnknownWorkerError} never registered, or no longer. */
  renew(workerId: string, { load, draining, adapters }: Heartbeat): void {
    const entry = this.#workers.get(workerId);
    if (!entry) throw new UnknownWorkerError(workerId);
    const model = { ...entry.state.model, ...(adapters && { adapters }) };
    entry.state = { ...entry.state, model, load, draining };
    entry.renewedAt = this.#options.now();
    this.#tell({ type: "worker", worker: entry.state });
  }

  /** Drops the workers whose lease has ended. After a long sleep of ours everybody gets a new one. */
  sweep(): void {
    const now = this.#options.now();
    const slept = now - this.#sweptAt > sleptMs;
    this.#sweptAt = now;
    for (const [id, entry] of this.#workers) {
      if (slept) entry.renewedAt = now;
      if (now - entry.renewedAt <= entry.leaseMs) continue;
      this.remove(id);
      entry.onEnd();
    }
  }

  snapshot(): Extract<RegistryEvent, { type: "snapshot" }> {
    const { epoch, dispatchMethod } = this.#options;
    return {
      type: "snapshot",
      epoch,
      dispatch_method: dispatchMethod,
      workers: this.workers(),
    };
  }

  /** In the order in which they came. */
  workers(): WorkerState[] {
    return [...this.#workers.values()].map(({ state }) => state);
  }

  get epoch(): number {
    return this.#options.epoch;
  }

  get size(): number {
    return this.#workers.size;
  }

  /** @returns Stops listening. */
  listen(listener: (event: RegistryEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  remove(workerId: string): void {
    this.#workers.delete(workerId);
    this.#tell({ type: "gone", worker_id: workerId });
  }

  #add(state: WorkerState, ownLeaseMs: number, onEnd: () => void): Entry {
    if (!this.#workers.has(state.worker_id) && this.#workers.size >= maxWorkers)
      throw new UnavailableError("The registry is full.", "registry_full");
    const entry = { state, leaseMs: ownLeaseMs, renewedAt: this.#options.now(), onEnd };
    this.#workers.set(state.worker_id, entry);
    this.#tell({ type: "worker", worker: state });
    return entry;
  }

  #tell(event: RegistryEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** An address is only ever an origin: no path, query or password rides along. */
function assertCallable(address: string): void {
  const { origin, href } = new URL(address);
  if (href !== `${origin}/`)
    throw new InvalidRequestError("A worker's address is http://host:port.", "address");
}
