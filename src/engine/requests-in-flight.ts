/**
 * @file The requests that the engine's thread has not answered to the end: what it says of each goes
 * to whoever waits for it.
 */
import type { Worker } from "node:worker_threads";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { EventQueue } from "../http/event-queue.ts";
import type { AdapterSet } from "./adapter-set.ts";
import type { ChoiceEvent, FromThread, Generation, ToThread } from "./messages.ts";

type Request =
  | { kind: "generate"; queue: EventQueue<ChoiceEvent>; choicesLeft: number }
  | ({ kind: "adapter" } & Answer<number>)
  | ({ kind: "embed" } & Answer<Float32Array[]>);

type Answer<T> = { resolve: (value: T) => void; reject: (error: unknown) => void };

export class RequestsInFlight {
  /** Choices that came to their end since the start, by what ended them. */
  readonly finished = { stop: 0, length: 0 };
  readonly #thread: Worker;
  readonly #requests = new Map<number, Request>();
  #nextId = 1;

  constructor(thread: Worker) {
    this.#thread = thread;
  }

  get count(): number {
    return this.#requests.size;
  }

  /** @param signal Cancels the request, as leaving the queue early does. */
  generate(generation: Generation, signal: AbortSignal): EventQueue<ChoiceEvent> {
    const id = this.#nextId++;
    const cancel = () => this.#cancel(id);
    const leave = () => {
      signal.removeEventListener("abort", cancel);
      cancel();
    };
    const queue = new EventQueue<ChoiceEvent>(leave, Number.POSITIVE_INFINITY);
    signal.addEventListener("abort", cancel, { once: true });
    this.#requests.set(id, { kind: "generate", queue, choicesLeft: generation.choices });
    this.#post({ type: "generate", id, generation });
    if (signal.aborted) cancel();
    return queue;
  }

  /** @returns (inputs,) their vectors. */
  embed(inputs: Int32Array[], adapters: AdapterSet, signal: AbortSignal): Promise<Float32Array[]> {
    const id = this.#nextId++;
    const cancel = () => this.#cancel(id);
    signal.addEventListener("abort", cancel, { once: true });
    return new Promise<Float32Array[]>((resolve, reject) => {
      this.#requests.set(id, { kind: "embed", resolve, reject });
      this.#post({ type: "embed", id, inputs, adapters });
      if (signal.aborted) cancel();
    }).finally(() => signal.removeEventListener("abort", cancel));
  }

  /** Asks for an adapter to be loaded or unloaded; resolves to its number. */
  adapter(toMessage: (id: number) => ToThread): Promise<number> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#requests.set(id, { kind: "adapter", resolve, reject });
      this.#post(toMessage(id));
    });
  }

  failAll(error: unknown): void {
    for (const id of this.#requests.keys()) this.#fail(id, error);
  }

  /** Hands on what the thread says of a request. */
  receive(message: FromThread): void {
    if (message.type === "step") for (const event of message.events) this.#deliver(event);
    if (message.type === "refused")
      this.#fail(message.id, new InvalidRequestError(message.message, message.param));
    if (message.type === "adapter") {
      const request = this.#take(message.id);
      if (request?.kind === "adapter") request.resolve(message.adapter);
    }
    if (message.type === "embedded") {
      const request = this.#take(message.id);
      if (request?.kind === "embed") request.resolve(message.vectors);
    }
  }

  #deliver(event: ChoiceEvent): void {
    const request = this.#requests.get(event.id);
    if (request?.kind !== "generate") return;
    request.queue.push(event);
    if (event.finish === undefined) return;
    this.finished[event.finish.reason]++;
    if (--request.choicesLeft > 0) return;
    this.#requests.delete(event.id);
    request.queue.end();
  }

  #cancel(id: number): void {
    if (!this.#requests.has(id)) return;
    this.#post({ type: "cancel", id });
    this.#fail(id, new DOMException("The request was cancelled.", "AbortError"));
  }

  #fail(id: number, error: unknown): void {
    const request = this.#take(id);
    if (request?.kind === "generate") request.queue.fail(error);
    if (request?.kind === "embed" || request?.kind === "adapter") request.reject(error);
  }

  #take(id: number): Request | undefined {
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    return request;
  }

  #post(message: ToThread): void {
    this.#thread.postMessage(message);
  }
}
