/** @file Every route that only asks a model to answer, to count or to embed, in all dialects. */
import { Hono } from "hono";
import type { Served } from "../protocol/speaker.ts";
import { chatRoutes } from "./chat-routes.ts";
import { completionRoutes } from "./completion-routes.ts";
import { embeddingRoutes } from "./embedding-routes.ts";
import { messagesRoutes } from "./messages-routes.ts";
import type { Models } from "./models.ts";
import { ollamaRoutes } from "./ollama/chat-routes.ts";
import { ollamaEmbedRoutes } from "./ollama/embed-routes.ts";
import type { Recorder } from "./recorder.ts";
import type { ResponseStore } from "./responses/response-store.ts";
import { responsesRoutes } from "./responses/responses-routes.ts";
import { storedResponseRoutes } from "./responses/stored-response-routes.ts";
import { tokenCheckRoutes } from "./token-check-routes.ts";

export function servingRoutes(
  models: Models<Served>,
  recorder: Recorder,
  responses: ResponseStore,
): Hono {
  return new Hono()
    .route("/", chatRoutes(models, recorder))
    .route("/", completionRoutes(models, recorder))
    .route("/", messagesRoutes(models, recorder))
    .route("/", responsesRoutes(models, recorder, responses))
    .route("/", storedResponseRoutes(responses))
    .route("/", ollamaRoutes(models, recorder))
    .route("/", ollamaEmbedRoutes(models))
    .route("/", embeddingRoutes(models))
    .route("/", tokenCheckRoutes(models));
}
