/**
 * @file The api's picture of all workers: what the registry said last, corrected by what the api
 * itself has sent and seen since. It outlives the controller: nobody is forgotten for its silence.
 */
import { adapterIn, namesOf } from "../protocol/adapter-names.ts";
import { fastChatLeaseMs } from "../protocol/fastchat-controller.ts";
import { leaseMs, type RegistryEvent, type WorkerState } from "../protocol/registry.ts";
import type { Candidate } from "./dispatch.ts";
import { serves } from "./dispatch.ts";

/** So many failures in a row, and a worker is out; so many good probes in a row, and it is back. */
const failuresToEject = 3;
const probesToReturn = 2;
/** How long a model without workers is missing (503) before it is unknown (404). */
const rememberMs = 600_000;

type Entry = Candidate & {
  failures: number;
  goodProbes: number;
  /** Since when a restarted controller has not heard of it; null when it has. */
  unconfirmedSince: number | null;
};

export class WorkerTable {
  readonly #entries = new Map<string, Entry>();
  /** Name → when it was last served. */
  readonly #lastServed = new Map<string, number>();
  readonly #now: () => number;
  #epoch = -1;

  /** @param now A monotonic clock, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  apply(event: RegistryEvent): void {
    if (event.type === "worker") this.#put(event.worker);
    else if (event.type === "gone") this.#drop(event.worker_id);
    else this.#replace(event.epoch, event.workers);
  }

  candidates(): Candidate[] {
    this.#forgetUnconfirmed();
    return [...this.#entries.values()];
  }

  workers(): WorkerState[] {
    return this.candidates().map(({ worker }) => worker);
  }

  /** True when the model was served not long ago, under this name. */
  remembers(name: string): boolean {
    const at = this.#lastServed.get(name);
    return at !== undefined && this.#now() - at < rememberMs;
  }

  /** The model's own id for an id or alias; `id:adapter` where the name asks for an adapter. */
  idOf(name: string): string | undefined {
    const model = this.workers().find((worker) => serves(worker, name))?.model;
    const adapter = model && adapterIn(model, name);
    return adapter ? `${model.id}:${adapter}` : model?.id;
  }

  /** Counts a request on a worker; the answer ends it. */
  begin(workerId: string, tokens: number): () => void {
    this.#count(workerId, 1, tokens);
    let ended = false;
    return () => {
      if (!ended) this.#count(workerId, -1, -tokens);
      ended = true;
    };
  }

  succeeded(workerId: string): void {
    const entry = this.#entries.get(workerId);
    if (entry) entry.failures = 0;
  }

  /** @param refused Nobody listens there: no need to try twice more. */
  failed(workerId: string, refused: boolean): void {
    const entry = this.#entries.get(workerId);
    if (!entry) return;
    entry.failures++;
    entry.goodProbes = 0;
    if (refused || entry.failures >= failuresToEject) entry.ejected = true;
  }

  ejected(): WorkerState[] {
    return this.candidates().flatMap(({ ejected, worker }) => (ejected ? [worker] : []));
  }

  probed(workerId: string, good: boolean): void {
    const entry = this.#entries.get(workerId);
    if (!entry) return;
    entry.goodProbes = good ? entry.goodProbes + 1 : 0;
    if (entry.goodProbes < probesToReturn) return;
    Object.assign(entry, { ejected: false, failures: 0, goodProbes: 0 });
  }

  #put(worker: WorkerState): void {
    const known = this.#entries.get(worker.worker_id) ?? {
      ejected: false,
      failures: 0,
      goodProbes: 0,
    };
    const news = {
      worker,
      requestsSince: 0,
      tokensSince: 0,
      unconfirmedSince: null,
    };
    this.#entries.set(worker.worker_id, { ...known, ...news });
    const { id, aliases } = worker.model;
    this.#remember([id, ...aliases]); // an adapter that is unloaded is gone for good
  }

  #drop(workerId: string): void {
    const entry = this.#entries.get(workerId);
    if (entry) this.#remember(namesOf(entry.worker.model));
    this.#entries.delete(workerId);
  }

  /** A restarted controller knows nobody at first: the absent get one lease's time to return. */
  #replace(epoch: number, workers: readonly WorkerState[]): void {
    const present = new Set(workers.map(({ worker_id }) => worker_id));
    for (const [id, entry] of this.#entries) {
      if (present.has(id)) continue;
      if (epoch === this.#epoch) this.#drop(id);
      else entry.unconfirmedSince ??= this.#now();
    }
    this.#epoch = epoch;
    for (const worker of workers) this.#put(worker);
  }

  #forgetUnconfirmed(): void {
    for (const [id, { unconfirmedSince, worker }] of this.#entries)
      if (unconfirmedSince !== null && this.#now() - unconfirmedSince > leaseOf(worker))
        this.#drop(id);
  }

  #remember(names: readonly string[]): void {
    for (const name of names) this.#lastServed.set(name, this.#now());
  }

  #count(workerId: string, requests: number, tokens: number): void {
    const entry = this.#entries.get(workerId);
    if (!entry) return;
    entry.requestsSince += requests;
    entry.tokensSince += tokens;
  }
}

/** The time in which it says again that it lives. */
function leaseOf({ wire }: WorkerState): number {
  return wire === "fastchat" ? fastChatLeaseMs : leaseMs;
}
