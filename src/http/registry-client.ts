/**
 * @file The two that dial the controller: a worker, to be known, and an api, to know. Both hold one
 * long connection, make it again when it is lost, and turn away from a controller that is older
 * than the one they last heard.
 */
import type { IncomingMessage } from "node:http";
import {
  type Heartbeat,
  heartbeatMs,
  type Load,
  leaseMs,
  Registered,
  type Registration,
  RegistryEvent,
} from "../protocol/registry.ts";
import { HttpClient, HttpStatusError } from "./client.ts";
import { type Connection, type ConnectionState, keepConnected } from "./connection.ts";
import { controllerHeaders } from "./controller-headers.ts";
import { type FastChatPauses, registerWithFastChat } from "./fastchat-registration.ts";
import { readEvents } from "./sse.ts";

type Controller = { controllerAddress: string; joinToken?: string | undefined };

export type WorkerConnection = Controller & {
  registration: () => Registration;
  load: () => Load;
  draining: () => boolean;
  /** The model's LoRA adapters, where they may change. */
  adapters?: (() => string[]) | undefined;
  /** Its worker routes are FastChat's too, so that it may register with a controller of FastChat's. */
  fastChat?: FastChatPauses | undefined;
  onState?: ((state: ConnectionState) => void) | undefined;
};

export type RegistryWatch = Controller & {
  onEvent: (event: RegistryEvent) => void;
  onState?: ((state: ConnectionState) => void) | undefined;
};

/** The controller pings every 5 s; after this long without a byte it is gone. */
const silenceMs = 12_000;
/** After this long without a word from the newer controller, an older one will do again. */
const epochMemoryMs = 60_000;

/** Registers the worker, sends heartbeats, and registers again at every loss, until closed. */
export function keepRegistered(worker: WorkerConnection): Connection {
  const client = new HttpClient();
  const assertNotOlder = epochGuard();
  const connection = keepConnected(async (signal, opened) => {
    const { controllerAddress, joinToken, registration } = worker;
    const registered = registration();
    const answer = await client.send(new URL("/registry/workers", controllerAddress), {
      method: "POST",
      headers: controllerHeaders(joinToken),
      body: JSON.stringify(registered),
      signal,
    });
    if (worker.fastChat && (answer.statusCode === 404 || answer.statusCode === 405)) {
      answer.destroy();
      return registerWithFastChat(client, { ...worker, pauses: worker.fastChat }, signal, opened);
    }
    const beats = new Heartbeats(client, worker, registered, () => answer.destroy());
    try {
      for await (const event of eventsOf(answer)) {
        const { epoch } = Registered.parse(event);
        assertNotOlder(epoch);
        opened(epoch);
        beats.start();
      }
    } finally {
      beats.stop();
    }
  }, worker.onState);
  return withClient(connection, client);
}

/** For the log; a password that rides along in the address stays out of it. */
export function connectionInWords(controllerAddress: string, state: ConnectionState): string {
  const { origin } = new URL(controllerAddress);
  if (!state.connected) return `controller ${origin}: lost (${state.reason})`;
  const how = state.epoch === null ? "registered by FastChat's protocol" : "registered";
  return `controller ${origin}: ${how}`;
}

/** Follows the registry: each event as it comes, a new snapshot after each loss, until closed. */
export function watchRegistry(watch: RegistryWatch): Connection {
  const client = new HttpClient();
  const assertNotOlder = epochGuard();
  const connection = keepConnected(async (signal, opened) => {
    const url = new URL("/registry/watch", watch.controllerAddress);
    const answer = await client.send(url, {
      headers: controllerHeaders(watch.joinToken),
      signal,
    });
    for await (const data of eventsOf(answer)) {
      const event = RegistryEvent.parse(data);
      if (event.type === "snapshot") assertNotOlder(event.epoch);
      watch.onEvent(event);
      if (event.type === "snapshot") opened(event.epoch);
    }
  }, watch.onState);
  return withClient(connection, client);
}

/** Posts the load every 2 s ± 20 %, for as long as the connection stands. */
class Heartbeats {
  readonly #client: HttpClient;
  readonly #worker: WorkerConnection;
  readonly #url: URL;
  readonly #onUnknown: () => void;
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  /** Those that the controller has heard of. */
  #toldAdapters: string | undefined;

  constructor(
    client: HttpClient,
    worker: WorkerConnection,
    { worker_id, model }: Registration,
    onUnknown: () => void,
  ) {
    this.#client = client;
    this.#worker = worker;
    this.#url = new URL(`/registry/workers/${worker_id}/heartbeat`, worker.controllerAddress);
    this.#toldAdapters = JSON.stringify(model.adapters);
    this.#onUnknown = onUnknown;
  }

  start(): void {
    this.#running = true;
    this.#schedule();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const jitter = 0.8 + Math.random() * 0.4;
    this.#timer = setTimeout(() => void this.#beat(), heartbeatMs * jitter);
  }

  /** A lost beat is no matter: the next one comes. To be unknown is: register again. */
  async #beat(): Promise<void> {
    const { load, draining, joinToken } = this.#worker;
    const adapters = this.#worker.adapters?.();
    const isNews = adapters !== undefined && JSON.stringify(adapters) !== this.#toldAdapters;
    const beat: Heartbeat = { load: load(), draining: draining(), ...(isNews && { adapters }) };
    try {
      await this.#client.json(this.#url, {
        method: "POST",
        headers: controllerHeaders(joinToken),
        body: JSON.stringify(beat),
        signal: AbortSignal.timeout(leaseMs),
      });
      if (isNews) this.#toldAdapters = JSON.stringify(adapters);
    } catch (error) {
      if (error instanceof HttpStatusError && error.status === 404) this.#onUnknown();
    }
    if (this.#running) this.#schedule();
  }
}

/** The JSON of each event. @throws {Error} the controller refuses, or falls silent. */
async function* eventsOf(answer: IncomingMessage): AsyncGenerator<unknown> {
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new Error(refusal(answer.statusCode));
  }
  const silence = setTimeout(() => answer.destroy(new Error("it fell silent")), silenceMs);
  try {
    for await (const { data } of readEvents(answer, () => silence.refresh()))
      yield JSON.parse(data);
  } finally {
    clearTimeout(silence);
    answer.destroy();
  }
}

function refusal(status: number | undefined): string {
  if (status === 401) return "the controller refuses the join token";
  return `the controller answered ${status}`;
}

/** @throws {Error} a controller older than one heard in the last minute. */
function epochGuard(): (epoch: number) => void {
  let newest = { epoch: -1, at: 0 };
  return (epoch) => {
    const now = performance.now();
    if (epoch < newest.epoch && now - newest.at < epochMemoryMs)
      throw new Error(`this controller (epoch ${epoch}) is older than the last (${newest.epoch})`);
    newest = { epoch, at: now };
  };
}

function withClient(connection: Connection, client: HttpClient): Connection {
  return {
    close: async () => {
      await connection.close();
      client.close();
    },
  };
}
