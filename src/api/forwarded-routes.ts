/** @file The routes that a worker answers: the body is read for its model, and goes on as it came. */
import { type Context, Hono } from "hono";
import { ollamaDialect } from "../dialects/ollama/dialect.ts";
import { withoutLatest } from "../dialects/ollama/models.ts";
import { responsesDialect } from "../dialects/responses/dialect.ts";
import { InvalidRequestError } from "../errors/request-errors.ts";
import {
  PreviousResponseModelError,
  PreviousResponseNotFoundError,
} from "../errors/resource-errors.ts";
import { UnavailableError } from "../errors/worker-errors.ts";
import { readBody } from "../http/body.ts";
import { dialectOf } from "../http/dialect.ts";
import { parseJson } from "../http/json.ts";
import { countAs } from "../http/request-metrics.ts";
import { serves } from "../routing/dispatch.ts";
import { Routable } from "./demand.ts";
import type { FastChatWorkers } from "./fastchat-workers.ts";
import type { Fleet } from "./fleet.ts";
import type { Forwarder } from "./forwarder.ts";
import { assertServed, onlyModel } from "./model-choice.ts";
import { holderOf } from "./response-holder.ts";
import { type ForwardedRoute, forwardedRoutes } from "./routes.ts";

export function routesToWorkers(
  fleet: Fleet,
  forwarder: Forwarder,
  fastchat: FastChatWorkers,
): Hono {
  const app = new Hono();
  for (const route of forwardedRoutes)
    app.on(route.method, route.path, async (c: Context) => {
      const body = route.method === "GET" ? undefined : await readBody(c);
      const routable = body === undefined ? {} : parseJson(body, Routable);
      assertReady(fleet);
      const capability = capabilityOf(route, routable);
      const model = modelOf(fleet, c, route, routable, capability);
      const known = fleet.table.idOf(model) ?? (fleet.table.remembers(model) ? model : undefined);
      if (known !== undefined) countAs(c, known);
      assertServed(fleet.table, model, capability);
      const holder = holderFor(fleet, fastchat, c, routable, model);
      return forwarder.forward(c, { model, capability, body, routable, holder });
    });
  return app;
}

/** @throws {UnavailableError} nobody has told us yet who is there. */
export function assertReady(fleet: Fleet): void {
  if (!fleet.isReady)
    throw new UnavailableError("The list of workers has not arrived yet.", "starting");
}

/**
 * @throws {PreviousResponseNotFoundError} nobody remembers the response that this one follows.
 * @throws {PreviousResponseModelError} who remembers it serves another model.
 */
function holderFor(
  { table }: Fleet,
  fastchat: FastChatWorkers,
  c: Context,
  body: Routable,
  model: string,
) {
  const { previous_response_id: id } = body;
  if (typeof id !== "string" || dialectOf(c.req.path) !== responsesDialect) return undefined;
  const holder = holderOf(table, fastchat, id, model);
  if (holder === undefined) throw new PreviousResponseNotFoundError(id);
  if (!serves(holder, model)) throw new PreviousResponseModelError(id, holder.model.id, model);
  return holder;
}

function capabilityOf({ capability }: ForwardedRoute, body: Routable) {
  return typeof capability === "function" ? capability(body) : capability;
}

function modelOf(
  { table }: Fleet,
  c: Context,
  route: ForwardedRoute,
  body: Routable,
  capability: ReturnType<typeof capabilityOf>,
): string {
  const isOllama = dialectOf(c.req.path) === ollamaDialect;
  const given = c.req.param("model") ?? body.model ?? c.req.query("model");
  const name = given ?? (isOllama && typeof body.name === "string" ? body.name : undefined);
  if (name !== undefined) {
    const isKnown = (known: string) => table.idOf(known) !== undefined;
    return isOllama ? withoutLatest(name, isKnown) : name;
  }
  if (route.isModelOptional) return onlyModel(table, capability);
  throw new InvalidRequestError("Name the model in 'model'.", "model");
}
