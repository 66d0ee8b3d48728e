/**
 * @file What a server that has others answer tells of its requests: how many, of which model, how
 * they ended and how long they took. Labels are of models and routes that exist: whoever asks for
 * others would else make a series for each name that he thinks of.
 */
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Capability } from "../protocol/openai.ts";
import type { ServedModel } from "../protocol/registry.ts";
import { loggedPath } from "./access-log.ts";
import { type ExchangeEnd, onEnd, onHead } from "./exchange-end.ts";
import type { Metrics } from "./metrics.ts";
import { nodeExchange } from "./node-exchange.ts";
import { requestId } from "./request-id.ts";

/** The label of what does not exist. */
const unknown = "unknown";
const modelKey = "countedModel";
const routeKey = "countedRoute";

/** A model is there before its first request, under the route that it is asked by most. */
const firstRoutes: Partial<Record<Capability, string>> = {
  chat: "/v1/chat/completions",
  completions: "/v1/completions",
  embeddings: "/v1/embeddings",
  rerank: "/v1/rerank",
};

type Watched = {
  /** Of each name: `fastchat_api`, say. */
  prefix: string;
  /** Whose figures stand there from 0. */
  known: () => readonly ServedModel[];
  onAnswered?: (request: CountedRequest) => void;
};

export type CountedRequest = ExchangeEnd & {
  id: string;
  path: string;
  model: string;
  /** Null: nothing was answered. */
  firstMs: number | null;
};

/**
 * Tells the counters of what model the request is; to be called with names that exist alone.
 *
 * @param route For a path that is answered without a route of its own.
 */
export function countAs(c: Context, model: string, route?: string): void {
  c.set(modelKey, model);
  if (route !== undefined) c.set(routeKey, route);
}

/** Counts each POST: all that asks a model for something. */
export function countRequests(metrics: Metrics, watched: Watched): MiddlewareHandler {
  const { requests, errors, duration, firstByte } = figures(metrics, watched);
  return async (c, next) => {
    const outgoing = nodeExchange(c)?.outgoing;
    if (c.req.method !== "POST" || !outgoing) return next();
    const id = requestId(c); // gone from the context by the end
    let firstMs: number | null = null;
    onHead(outgoing, (ms) => {
      firstMs = ms;
      firstByte.observe(ms / 1000, { model: countedModel(c) });
    });
    onEnd(outgoing, ({ status, ms }) => {
      const model = countedModel(c);
      requests.add(1, { model, route: routeOf(c), status: String(status) });
      if (status >= 500) errors.add(1, { model });
      duration.observe(ms / 1000, { model });
      watched.onAnswered?.({ id, path: loggedPath(c), model, status, ms, firstMs });
    });
    return next();
  };
}

function figures(metrics: Metrics, { prefix, known }: Watched) {
  const requests = metrics.counter(`${prefix}_requests_total`, "Ended; 499: the client had left.");
  const errors = metrics.counter(`${prefix}_request_errors_total`, "Answered with 5xx.");
  const seconds = (name: string, help: string) =>
    metrics.histogram(`${prefix}_${name}_seconds`, help);
  const duration = seconds("request_duration", "Request in to last byte out.");
  const firstByte = seconds(
    "time_to_first_byte",
    "Request in to first byte out, which may be a stream's ping.",
  );
  metrics.beforeText(() => {
    errors.add(0, { model: unknown });
    for (const { id: model, capabilities } of known()) {
      errors.add(0, { model });
      for (const route of capabilities.flatMap((one) => firstRoutes[one] ?? []))
        requests.add(0, { model, route, status: "200" });
    }
  });
  return { requests, errors, duration, firstByte };
}

export function countedModel(c: Context): string {
  return c.get(modelKey) ?? unknown;
}

/** As it is written in the program; what stands before all routes is none. */
function routeOf(c: Context): string {
  const given: string | undefined = c.get(routeKey);
  if (given !== undefined) return given;
  return matchedRoutes(c).find(({ path }) => !path.endsWith("*"))?.path ?? unknown;
}
