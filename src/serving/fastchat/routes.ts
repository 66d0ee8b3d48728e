/**
 * @file FastChat's worker routes: its api server, web UI and tools can use any worker of ours. They
 * ask by raw prompts, which they write by the template that the worker names.
 *
 * Source: `fastchat/serve/base_model_worker.py` of FastChat 0.2.36.
 */
import { Hono } from "hono";
import type { Served } from "../../protocol/speaker.ts";
import type { Models } from "../models.ts";
import type { Recorder } from "../recorder.ts";
import { descriptionRoutes, type FastChatWorker } from "./description-routes.ts";
import { generationRoutes } from "./generation-routes.ts";

export function fastChatWorkerRoutes(
  models: Models<Served>,
  recorder: Recorder,
  worker: FastChatWorker,
): Hono {
  return new Hono()
    .route(
      "/",
      generationRoutes(models, recorder, () => worker.facts().card.id),
    )
    .route("/", descriptionRoutes(models, worker));
}
