/**
 * @file From a request to the worker that answers it. Until the first byte of an answer a failure
 * costs one more attempt, on another worker; after it the client is told, by an event.
 */
import type { Context } from "hono";
import { type ApiError, UnavailableError, WorkerLostError } from "../errors/api-error.ts";
import type { HttpClient } from "../http/client.ts";
import type { Metrics } from "../http/metrics.ts";
import { clientSignal } from "../http/node-exchange.ts";
import { requestId } from "../http/request-id.ts";
import { openUpstream, type Upstream } from "../http/upstream.ts";
import type { Capability } from "../protocol/openai.ts";
import type { WorkerState } from "../protocol/registry.ts";
import { type Demand, dispatch, type Random } from "../routing/dispatch.ts";
import { answerTokens, promptBeginnings, promptTokens, type Routable } from "./demand.ts";
import type { Fleet } from "./fleet.ts";
import { RetryBudget } from "./retry-budget.ts";

export type Forwarder = {
  /**
   * @throws {UnavailableError} no worker is there for the model.
   * @throws {WorkerLostError} the worker, or both that were tried, died before they answered.
   */
  forward(c: Context, request: Forwarded): Promise<Response>;
};

export type Forwarded = { capability: Capability; body: Buffer; routable: Routable };

/** The worker cannot take it now; another one may. */
const elsewhere = new Set([429, 502, 503]);
const maxAttempts = 2;

type Outcome =
  | { worker: WorkerState; upstream: Upstream }
  | { worker: WorkerState; error: unknown };

export function forwarder(
  fleet: Fleet,
  client: HttpClient,
  metrics: Metrics,
  random: Random,
): Forwarder {
  const budget = new RetryBudget();
  const retries = metrics.counter(
    "fastchat_api_retries_total",
    "Second attempts on other workers.",
  );
  const losses = metrics.counter(
    "fastchat_api_workers_lost_total",
    "Answers that a worker broke off.",
  );
  metrics.gauge("fastchat_api_requests_active", "Requests in progress.", () => budget.active);

  return {
    async forward(c, request) {
      const tried = new Set<string>();
      budget.enter();
      try {
        const demand = toDemand(fleet, request, tried);
        const outcome = await attemptTwice(c, request, demand, tried);
        return await answer(c, request.routable.model, outcome);
      } finally {
        budget.leave(tried.size > 1);
      }
    },
  };

  async function attemptTwice(
    c: Context,
    request: Forwarded,
    demand: Demand,
    tried: Set<string>,
  ): Promise<Outcome & { end: () => void }> {
    let last: (Outcome & { end: () => void }) | undefined;
    for (;;) {
      const worker = dispatch(fleet.dispatchMethod, fleet.table.candidates(), demand, random);
      if (!worker && last) return last;
      if (!worker) throw new UnavailableError(absence(request), "no_worker_available");
      if (last && !budget.take()) return last;
      if (last) retries.add();
      last?.end();
      tried.add(worker.worker_id);
      last = await attempt(c, request, demand, worker);
      if (tried.size === maxAttempts || !isWorthRetrying(last, clientSignal(c))) return last;
    }
  }

  async function attempt(c: Context, request: Forwarded, demand: Demand, worker: WorkerState) {
    const tokens = demand.promptTokens + answerTokens(request.capability, request.routable);
    const end = fleet.table.begin(worker.worker_id, tokens);
    try {
      const upstream = await openUpstream(client, toCall(c, request, worker));
      judge(worker, upstream.status);
      return { worker, upstream, end };
    } catch (error) {
      if (!clientSignal(c).aborted) fleet.table.failed(worker.worker_id, isRefusal(error));
      return { worker, error, end };
    }
  }

  function toCall(c: Context, { body, routable }: Forwarded, worker: WorkerState) {
    const call = {
      url: `${worker.address}${c.req.path}`,
      method: "POST",
      headers: {
        ...fleet.workerHeaders(),
        "content-type": "application/json",
        "x-request-id": requestId(c),
      },
      body,
      signal: clientSignal(c),
    };
    // A whole answer may rightly take minutes without a byte: then we ask the worker.
    return routable.stream === true ? call : { ...call, isAlive: () => fleet.isAlive(worker) };
  }

  /** 4xx is the client's doing and never counts against a worker. */
  function judge({ worker_id }: WorkerState, status: number): void {
    if (status >= 500) fleet.table.failed(worker_id, false);
    else fleet.table.succeeded(worker_id);
  }

  async function answer(c: Context, model: string, outcome: Outcome & { end: () => void }) {
    const lost = new WorkerLostError(model);
    try {
      if ("error" in outcome) throw causedBy(lost, outcome.error);
      const [response, complete] = await outcome.upstream.relay(c, lost);
      if (!complete && !clientSignal(c).aborted) {
        losses.add();
        fleet.table.failed(outcome.worker.worker_id, false);
      }
      return response;
    } finally {
      outcome.end();
    }
  }
}

function toDemand(fleet: Fleet, request: Forwarded, tried: ReadonlySet<string>): Demand {
  const { capability, body, routable } = request;
  const { model } = routable;
  const id = fleet.table.idOf(model) ?? model;
  const isCacheKnown = fleet.table.workers().some(({ load }) => load.prefixes.length > 0);
  const prefixes = isCacheKnown ? promptBeginnings(id, routable) : [];
  return { model, capability, promptTokens: promptTokens(body.length), prefixes, tried };
}

function isWorthRetrying(outcome: Outcome, client: AbortSignal): boolean {
  if (client.aborted) return false;
  return "error" in outcome || elsewhere.has(outcome.upstream.status);
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}

function absence({ routable }: Forwarded): string {
  return `No worker is available for the model '${routable.model}' at this moment.`;
}

function causedBy<E extends ApiError>(error: E, cause: unknown): E {
  return Object.assign(error, { cause });
}
