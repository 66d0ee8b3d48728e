/** @file What a worker in front of other servers says about itself: health, version, models, figures. */
import { Hono } from "hono";
import { createMetrics } from "../../http/metrics.ts";
import { version } from "../../protocol/version.ts";
import { modelListRoutes, toModels } from "../../serving/model-list-routes.ts";
import type { RemoteModels } from "./remote-models.ts";

export function remoteStatusRoutes(models: RemoteModels): Hono {
  const metrics = createMetrics();
  const busy = () => models.all().reduce((sum, { places }) => sum + places.busy, 0);
  metrics.gauge("fastchat_worker_slots_busy", "Requests on their way to other servers.", busy);
  metrics.gauge("fastchat_worker_models", "Models that can be asked.", () => models.all().length);
  return new Hono()
    .get("/version", (c) => c.json({ version: version() }))
    .get("/metrics", (c) => c.text(metrics.metricsText()))
    .route(
      "/",
      modelListRoutes(() => models.all().flatMap(({ remote: { card } }) => toModels(card))),
    );
}
