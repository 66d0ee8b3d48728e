/** @file `/v1/models`: what a server has at this moment, under each of its names, as a list and one by one. */
import { Hono } from "hono";
import { ModelNotFoundError } from "../errors/model-errors.ts";
import { decoded } from "../http/decoded.ts";
import { adapterIn, namesOf } from "../protocol/adapter-names.ts";
import type { Model, ModelList } from "../protocol/openai.ts";
import type { ServedModel } from "../protocol/registry.ts";

const prefix = "/v1/models/";

export function modelListRoutes(list: () => Model[]): Hono {
  return new Hono()
    .get("/v1/models", (c) => c.json({ object: "list", data: list() } satisfies ModelList))
    .get(`${prefix}*`, (c) => {
      // Ids hold slashes and colons, as they are or URL-encoded.
      const id = decoded(c.req.path.slice(prefix.length));
      const models = list();
      const found = models.find((model) => model.id === id);
      if (found !== undefined) return c.json(found);
      throw new ModelNotFoundError(
        id,
        models.map((model) => model.id),
      );
    });
}

/** One for each of its names, its id first. */
export function toModels(card: ServedModel): Model[] {
  return namesOf(card).map((name) => {
    const adapter = adapterIn(card, name);
    return {
      id: name,
      object: "model",
      created: card.created,
      owned_by: "fastchat",
      parent: name === card.id ? null : card.id,
      ...(adapter != null && { adapter }),
      context_length: card.context_size,
      capabilities: card.capabilities,
      ...(card.upstream !== undefined && { upstream: card.upstream }),
      ...(card.response_tag !== undefined && { response_tag: card.response_tag }),
    };
  });
}
