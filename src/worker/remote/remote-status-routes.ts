/** @file What a worker in front of other servers says about itself: health, version, models, figures. */
import { Hono } from "hono";
import { version } from "../../protocol/version.ts";
import { modelListRoutes, toModels } from "../../serving/model-list-routes.ts";
import type { RemoteModels } from "./remote-models.ts";
import type { RemoteStatistics } from "./remote-statistics.ts";

export function remoteStatusRoutes(models: RemoteModels, statistics: RemoteStatistics): Hono {
  return new Hono()
    .get("/version", (c) => c.json({ version: version() }))
    .get("/metrics", (c) => c.text(statistics.metricsText()))
    .route(
      "/",
      modelListRoutes(() => models.all().flatMap(({ remote: { card } }) => toModels(card))),
    );
}
