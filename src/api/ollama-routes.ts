/** @file What Ollama's clients ask about models, out of what the registry says of them. */
import { Hono } from "hono";
import { ollamaVersion, toOllamaModel, toRunningModel } from "../dialects/ollama/models.ts";
import { namesOf } from "../protocol/adapter-names.ts";
import type { ServedModel } from "../protocol/registry.ts";
import type { WorkerTable } from "../routing/worker-table.ts";

export function ollamaRoutes(table: WorkerTable): Hono {
  return new Hono()
    .get("/api/version", (c) => c.json({ version: ollamaVersion }))
    .get("/api/tags", (c) => {
      const models = served(table).flatMap((model) =>
        namesOf(model).map((name) => toOllamaModel(model, name)),
      );
      return c.json({ models });
    })
    .get("/api/ps", (c) => c.json({ models: served(table).map(toRunningModel) }));
}

/** Each model once, however many workers serve it. */
function served(table: WorkerTable): ServedModel[] {
  const byId = new Map(table.workers().map(({ model }) => [model.id, model]));
  return [...byId.values()];
}
