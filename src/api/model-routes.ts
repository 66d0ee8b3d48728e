/** @file `/v1/models`: what is served at this moment, under each of its names. */
import { Hono } from "hono";
import { ModelNotFoundError } from "../errors/api-error.ts";
import { decoded } from "../http/decoded.ts";
import { adapterIn, namesOf } from "../protocol/adapter-names.ts";
import type { Model, ModelList } from "../protocol/openai.ts";
import type { ServedModel } from "../protocol/registry.ts";
import type { WorkerTable } from "../routing/worker-table.ts";

const prefix = "/v1/models/";

export function modelRoutes(table: WorkerTable): Hono {
  return new Hono()
    .get("/v1/models", (c) =>
      c.json({ object: "list", data: listModels(table) } satisfies ModelList),
    )
    .get(`${prefix}*`, (c) => {
      // Ids hold slashes and colons, as they are or URL-encoded.
      const id = decoded(c.req.path.slice(prefix.length));
      const models = listModels(table);
      const model = models.find((candidate) => candidate.id === id);
      if (!model)
        throw new ModelNotFoundError(
          id,
          models.map((other) => other.id),
        );
      return c.json(model);
    });
}

/** Each id once, each alias and adapter once, ids first: several workers may serve the same model. */
function listModels(table: WorkerTable): Model[] {
  const served = table.workers().map(({ model }) => model);
  const own = served.map((model) => toModel(model, model.id));
  const aliases = served.flatMap((model) =>
    namesOf(model)
      .slice(1)
      .map((name) => toModel(model, name)),
  );
  const byId = new Map([...own, ...aliases].reverse().map((model) => [model.id, model]));
  return [...byId.values()].reverse();
}

function toModel(model: ServedModel, name: string): Model {
  const adapter = adapterIn(model, name);
  const { id, created, context_size, capabilities, upstream } = model;
  return {
    id: name,
    object: "model",
    created,
    owned_by: "fastchat",
    parent: name === id ? null : id,
    ...(adapter != null && { adapter }),
    context_length: context_size,
    capabilities,
    ...(upstream !== undefined && { upstream }),
  };
}
