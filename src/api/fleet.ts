/** @file The workers an api can send to, kept up to date by the registry and by what befalls them. */
import { type HttpClient, HttpStatusError } from "../http/client.ts";
import type { Connection } from "../http/connection.ts";
import { watchRegistry } from "../http/registry-client.ts";
import { urlInWords } from "../http/url-in-words.ts";
import type { DispatchMethod, WorkerState } from "../protocol/registry.ts";
import { isAble } from "../routing/dispatch.ts";
import { WorkerTable } from "../routing/worker-table.ts";
import { pollWorkers } from "./static-workers.ts";

const probeMs = 2000;
const probeTimeoutMs = 1500;

export type FleetOptions = {
  controllerAddress?: string | undefined;
  /** Addresses of workers to serve from without a controller. */
  workers?: readonly string[] | undefined;
  joinToken?: string | undefined;
  dispatchMethod?: DispatchMethod | undefined;
  onControllerState?: ((text: string) => void) | undefined;
};

export class Fleet {
  readonly table = new WorkerTable(() => performance.now());
  readonly #client: HttpClient;
  readonly #joinToken: string | undefined;
  readonly #source: Connection;
  readonly #probing: NodeJS.Timeout;
  dispatchMethod: DispatchMethod;
  /** True once the workers have been told for the first time. */
  isReady = false;
  isControllerConnected = false;

  constructor(client: HttpClient, options: FleetOptions) {
    const { controllerAddress, workers = [], joinToken, dispatchMethod = "auto" } = options;
    this.#client = client;
    this.#joinToken = joinToken;
    this.dispatchMethod = dispatchMethod;
    this.#probing = setInterval(() => this.#probeEjected(), probeMs);
    this.#source =
      controllerAddress === undefined
        ? pollWorkers(client, workers, this.workerHeaders(), this.#onTold)
        : this.#watch(controllerAddress, options.onControllerState);
  }

  /** What a worker wants to see of us. */
  workerHeaders(): Record<string, string> {
    return this.#joinToken === undefined ? {} : { authorization: `Bearer ${this.#joinToken}` };
  }

  /** Whether any of them reads pictures. */
  get sees(): boolean {
    return this.table.workers().some((worker) => isAble(worker, "vision"));
  }

  /**
   * Whether it may still be at work on what it has: so long as it says anything at all, though it
   * drains, or the server behind it is busy.
   */
  async isAlive(worker: WorkerState): Promise<boolean> {
    return this.#probe(worker).catch((error: unknown) => error instanceof HttpStatusError);
  }

  async close(): Promise<void> {
    clearInterval(this.#probing);
    await this.#source.close();
  }

  #watch(controllerAddress: string, tell: (text: string) => void = () => {}): Connection {
    return watchRegistry({
      controllerAddress,
      joinToken: this.#joinToken,
      onEvent: (event) => {
        if (event.type === "snapshot") this.dispatchMethod = event.dispatch_method;
        this.table.apply(event);
        this.isReady = true;
      },
      onState: (state) => {
        this.isControllerConnected = state.connected;
        const at = `the controller at ${urlInWords(controllerAddress)}`;
        tell(state.connected ? `connected to ${at}` : `lost ${at}: ${state.reason}`);
      },
    });
  }

  readonly #onTold = (workers: WorkerState[]): void => {
    const method = this.dispatchMethod;
    this.table.apply({
      type: "snapshot",
      epoch: 0,
      dispatch_method: method,
      workers,
    });
    this.isReady = true;
  };

  #probeEjected(): void {
    for (const worker of this.table.ejected())
      void this.#probe(worker)
        .catch(() => false)
        .then((good) => this.table.probed(worker.worker_id, good));
  }

  /** @throws {HttpStatusError} it takes nothing new. */
  async #probe({ address, wire }: WorkerState): Promise<true> {
    const signal = AbortSignal.timeout(probeTimeoutMs);
    const isFastChats = wire === "fastchat";
    const path = isFastChats ? "/worker_get_status" : "/health";
    await this.#client.json(`${address}${path}`, { method: isFastChats ? "POST" : "GET", signal });
    return true;
  }
}
