/** @file What a worker says about itself: model, slots, metrics, version. */
import { Hono } from "hono";
import { ModelNotFoundError } from "../errors/api-error.ts";
import type { Model, ModelList } from "../protocol/openai.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";
import { version } from "../protocol/version.ts";
import type { Ready } from "./served-model.ts";
import type { Statistics } from "./statistics.ts";

export function statusRoutes(ready: Ready, statistics: Statistics): Hono {
  return new Hono()
    .get("/version", (c) => c.json({ version: version() }))
    .get("/metrics", (c) => c.text(statistics.metricsText()))
    .get("/slots", (c) => c.json(ready().engine.slots.map(({ prefixes, ...slot }) => slot)))
    .get("/v1/models", (c) => {
      const body: ModelList = { object: "list", data: toModels(ready().card) };
      return c.json(body);
    })
    .get("/v1/models/*", (c) => {
      const id = decodeURIComponent(c.req.path.slice("/v1/models/".length));
      const models = toModels(ready().card);
      const found = models.find((model) => model.id === id);
      if (found === undefined)
        throw new ModelNotFoundError(
          id,
          models.map((model) => model.id),
        );
      return c.json(found);
    });
}

function toModels(card: ModelCard): Model[] {
  return [card.id, ...card.aliases].map((id) => ({
    id,
    object: "model",
    created: card.created,
    owned_by: "fastchat",
    parent: id === card.id ? null : card.id,
    context_length: card.context_size,
    capabilities: card.capabilities,
  }));
}
