/** @file What a worker in front of other servers says about itself: health, version, models, figures. */
import { Hono } from "hono";
import { ModelNotFoundError } from "../../errors/api-error.ts";
import { decoded } from "../../http/decoded.ts";
import { createMetrics } from "../../http/metrics.ts";
import type { Model, ModelList } from "../../protocol/openai.ts";
import { version } from "../../protocol/version.ts";
import type { RemoteModels, RemoteServed } from "./remote-models.ts";

export function remoteStatusRoutes(models: RemoteModels): Hono {
  const metrics = createMetrics();
  const busy = () => models.all().reduce((sum, { places }) => sum + places.busy, 0);
  metrics.gauge("fastchat_worker_slots_busy", "Requests on their way to other servers.", busy);
  metrics.gauge("fastchat_worker_models", "Models that can be asked.", () => models.all().length);
  return new Hono()
    .get("/version", (c) => c.json({ version: version() }))
    .get("/metrics", (c) => c.text(metrics.metricsText()))
    .get("/v1/models", (c) => {
      const body: ModelList = { object: "list", data: models.all().flatMap(toModels) };
      return c.json(body);
    })
    .get("/v1/models/*", (c) => {
      const id = decoded(c.req.path.slice("/v1/models/".length));
      const all = models.all().flatMap(toModels);
      const found = all.find((model) => model.id === id);
      if (found !== undefined) return c.json(found);
      throw new ModelNotFoundError(
        id,
        all.map((model) => model.id),
      );
    });
}

function toModels({ remote: { card } }: RemoteServed): Model[] {
  return [card.id, ...card.aliases].map((id) => ({
    id,
    object: "model",
    created: card.created,
    owned_by: "fastchat",
    parent: id === card.id ? null : card.id,
    context_length: card.context_size,
    capabilities: card.capabilities,
    ...(card.upstream !== undefined && { upstream: card.upstream }),
    ...(card.response_tag !== undefined && { response_tag: card.response_tag }),
  }));
}
