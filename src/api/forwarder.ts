/**
 * @file From a request to the worker that answers it. Until the first byte of an answer a failure
 * costs one more attempt, on another worker; after it the client is told, by an event.
 */
import type { Context } from "hono";
import { AnswerTooLargeError } from "../errors/limit-errors.ts";
import { UnavailableError, WorkerLostError } from "../errors/worker-errors.ts";
import type { HttpClient } from "../http/client.ts";
import { nextHop } from "../http/hops.ts";
import type { Counter, Metrics } from "../http/metrics.ts";
import { clientSignal } from "../http/node-exchange.ts";
import { requestId } from "../http/request-id.ts";
import { openUpstream, type Upstream, type UpstreamCall } from "../http/upstream.ts";
import type { Capability } from "../protocol/openai.ts";
import type { WorkerState } from "../protocol/registry.ts";
import { versionHeaders } from "../remote/anthropic/passed-messages.ts";
import { type Demand, dispatch, type Random } from "../routing/dispatch.ts";
import { answerTokens, bodyTokens, type Routable } from "./demand.ts";
import type { FastChatWorkers } from "./fastchat-workers.ts";
import type { Fleet } from "./fleet.ts";
import { promptBeginnings } from "./prompt-beginnings.ts";
import { RetryBudget } from "./retry-budget.ts";

export type Forwarded = {
  /** Id or alias, or `base:adapter`. */
  model: string;
  /** Null: whoever serves the model can do it. */
  capability: Capability | null;
  /** None: a GET. */
  body?: Buffer | undefined;
  routable: Routable;
  /** The one worker that can answer, since it holds what the request refers to. */
  holder?: WorkerState | undefined;
};

/** What one worker made of the request. `end` takes it off the worker's account. */
type Outcome = { worker: WorkerState; end: () => void } & (
  | { upstream: Upstream }
  | { failure: unknown }
);

/** The worker cannot take it now; another one may. */
const elsewhere = new Set([429, 502, 503]);

export class Forwarder {
  readonly #fleet: Fleet;
  readonly #client: HttpClient;
  readonly #fastchat: FastChatWorkers;
  readonly #random: Random;
  readonly #budget = new RetryBudget();
  readonly #retries: Counter;
  readonly #losses: Counter;

  constructor(
    fleet: Fleet,
    client: HttpClient,
    fastchat: FastChatWorkers,
    metrics: Metrics,
    random: Random,
  ) {
    this.#fleet = fleet;
    this.#client = client;
    this.#fastchat = fastchat;
    this.#random = random;
    this.#retries = metrics.counter("fastchat_api_retries_total", "Second attempts.");
    this.#retries.add(0);
    this.#losses = metrics.counter("fastchat_api_broken_answers_total", "Broken off by a worker.");
    this.#losses.add(0);
    const active = () => this.#budget.active;
    metrics.gauge("fastchat_api_requests_active", "Requests in progress.", active);
  }

  /**
   * @throws {InvalidRequestError} the request leads back to this api again and again.
   * @throws {UnavailableError} no worker is there for the model.
   * @throws {WorkerLostError} each worker that was tried died before it answered.
   * @throws {AnswerTooLargeError} the whole answer is more than is held.
   */
  async forward(c: Context, request: Forwarded): Promise<Response> {
    nextHop(c); // its failure is no worker's
    const tried = new Set<string>();
    this.#budget.enter();
    try {
      const outcome = await this.#ask(c, request, tried);
      return await this.#answer(c, request.model, outcome);
    } finally {
      this.#budget.leave(tried.size > 1);
    }
  }

  async #ask(c: Context, request: Forwarded, tried: Set<string>): Promise<Outcome> {
    const demand = toDemand(this.#fleet, c.req.path, request, tried);
    const first = request.holder ?? this.#choose(demand);
    if (!first) throw new UnavailableError(absence(request), "no_worker_available");
    tried.add(first.worker_id);
    const outcome = await this.#attempt(c, request, demand, first);
    if (clientSignal(c).aborted || request.holder || !isWorthRetrying(outcome)) return outcome;
    const second = this.#choose(demand);
    if (!second || !this.#budget.take()) return outcome;
    outcome.end();
    tried.add(second.worker_id);
    this.#retries.add();
    return this.#attempt(c, request, demand, second);
  }

  #choose(demand: Demand): WorkerState | undefined {
    const { dispatchMethod, table } = this.#fleet;
    return dispatch(dispatchMethod, table.candidates(), demand, this.#random);
  }

  async #attempt(
    c: Context,
    request: Forwarded,
    { promptTokens }: Demand,
    worker: WorkerState,
  ): Promise<Outcome> {
    const { table } = this.#fleet;
    const tokens = promptTokens + answerTokens(request.capability, request.routable);
    const end = table.begin(worker.worker_id, tokens);
    try {
      const upstream = await this.#open(c, request, worker);
      // 4xx is the client's doing and never counts against a worker.
      if (upstream.status >= 500) table.failed(worker.worker_id, false);
      return { worker, upstream, end };
    } catch (failure) {
      const isBlameless = clientSignal(c).aborted || failure instanceof AnswerTooLargeError;
      if (!isBlameless) table.failed(worker.worker_id, isRefusal(failure));
      return { worker, failure, end };
    }
  }

  #open(c: Context, request: Forwarded, worker: WorkerState): Promise<Upstream> {
    if (worker.wire === "fastchat") return this.#fastchat.open(c, request.body, worker);
    return openUpstream(this.#client, this.#toCall(c, request, worker));
  }

  #toCall(c: Context, { body, routable }: Forwarded, worker: WorkerState): UpstreamCall {
    return {
      url: `${worker.address}${c.req.path}${new URL(c.req.url).search}`,
      method: c.req.method,
      headers: {
        ...this.#fleet.workerHeaders(),
        ...(body && { "content-type": "application/json" }),
        "x-request-id": requestId(c),
        ...nextHop(c),
        ...(c.req.path.startsWith("/v1/messages") && versionHeaders(c)),
      },
      ...(body && { body }),
      signal: clientSignal(c),
      // A whole answer may rightly take minutes without a byte: then the worker is asked.
      ...(routable.stream !== true && {
        isAlive: () => this.#fleet.isAlive(worker),
      }),
    };
  }

  async #answer(c: Context, model: string, outcome: Outcome): Promise<Response> {
    const lost = () => new WorkerLostError(model);
    const { table } = this.#fleet;
    const { worker_id } = outcome.worker;
    try {
      if ("failure" in outcome) throw toApiError(outcome.failure, lost);
      const { upstream } = outcome;
      const [response, end] = await upstream.relay(c, lost);
      if (end === "complete" && upstream.status < 500) table.succeeded(worker_id);
      if (end === "lost" && !clientSignal(c).aborted) {
        this.#losses.add();
        table.failed(worker_id, false);
      }
      return response;
    } finally {
      outcome.end();
    }
  }
}

function toDemand(
  fleet: Fleet,
  path: string,
  request: Forwarded,
  tried: ReadonlySet<string>,
): Demand {
  const { model, capability, body, routable } = request;
  const id = fleet.table.idOf(model) ?? model;
  const isCacheKnown = fleet.table.workers().some(({ load }) => load.prefixes.length > 0);
  // Adapters of the request's own choice have no name that a worker could tell.
  const isNamed = routable.lora == null;
  const prefixes = isCacheKnown && isNamed ? promptBeginnings(path, id, routable) : [];
  return {
    model,
    capability,
    promptTokens: bodyTokens(body?.length ?? 0, routable),
    prefixes,
    tried,
  };
}

function isWorthRetrying(outcome: Outcome): boolean {
  if ("failure" in outcome) return !(outcome.failure instanceof AnswerTooLargeError);
  return elsewhere.has(outcome.upstream.status);
}

function toApiError(failure: unknown, lost: () => WorkerLostError): Error {
  if (failure instanceof AnswerTooLargeError) return failure;
  return Object.assign(lost(), { cause: failure });
}

function isRefusal(failure: unknown): boolean {
  return failure instanceof Error && "code" in failure && failure.code === "ECONNREFUSED";
}

function absence({ model }: Forwarded): string {
  return `No worker is available for the model '${model}' at this moment.`;
}
