/** @file The routes that a worker answers: chat, completions, embeddings. */
import { type Context, Hono } from "hono";
import { InvalidRequestError, ModelNotFoundError, UnavailableError } from "../errors/api-error.ts";
import { readBody } from "../http/body.ts";
import { parseJson } from "../http/json.ts";
import type { Capability } from "../protocol/openai.ts";
import { serves } from "../routing/dispatch.ts";
import type { WorkerTable } from "../routing/worker-table.ts";
import { Routable } from "./demand.ts";
import type { Fleet } from "./fleet.ts";
import type { Forwarder } from "./forwarder.ts";

const routes: Record<string, Capability> = {
  "/v1/chat/completions": "chat",
  "/v1/completions": "completions",
  "/v1/embeddings": "embeddings",
};

export function generationRoutes(fleet: Fleet, forwarder: Forwarder): Hono {
  const app = new Hono();
  for (const [path, capability] of Object.entries(routes))
    app.post(path, async (c: Context) => {
      const body = await readBody(c);
      const routable = parseJson(body, Routable);
      if (!fleet.isReady)
        throw new UnavailableError("The list of workers has not arrived yet.", "starting");
      assertServed(fleet.table, routable.model, capability);
      return forwarder.forward(c, { capability, body, routable });
    });
  return app;
}

/**
 * @throws {ModelNotFoundError} nobody serves the model, nor did lately.
 * @throws {InvalidRequestError} it is served, but cannot do this.
 */
function assertServed(table: WorkerTable, model: string, capability: Capability): void {
  const workers = table.workers();
  const named = workers.filter((worker) => serves(worker, model));
  if (named.some((worker) => worker.model.capabilities.includes(capability))) return;
  if (named.length > 0)
    throw new InvalidRequestError(
      `The model '${model}' does not do ${capability}.`,
      "model",
      "unsupported_capability",
    );
  if (!table.remembers(model))
    throw new ModelNotFoundError(model, [...new Set(workers.map((worker) => worker.model.id))]);
}
