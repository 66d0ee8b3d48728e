/** @file `/v1/models` of all workers: several may serve the same model. */
import type { Hono } from "hono";
import type { Model } from "../protocol/openai.ts";
import type { WorkerTable } from "../routing/worker-table.ts";
import { modelListRoutes, toModels } from "../serving/model-list-routes.ts";

export function modelRoutes(table: WorkerTable): Hono {
  return modelListRoutes(() => listModels(table));
}

/** Each id once, each alias and adapter once, ids first. Which worker remembers is nobody's matter. */
function listModels(table: WorkerTable): Model[] {
  const served = table
    .workers()
    .flatMap(({ model: { response_tag: _, ...card } }) => toModels(card));
  const own = served.filter(({ parent }) => parent === null);
  const others = served.filter(({ parent }) => parent !== null);
  const byId = new Map([...own, ...others].reverse().map((model) => [model.id, model]));
  return [...byId.values()].reverse();
}
