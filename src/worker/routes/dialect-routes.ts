/** @file The dialects beside OpenAI's completions, all told of the same model. */
import { Hono } from "hono";
import type { Ready } from "../served-model.ts";
import { messagesRoutes } from "./messages-routes.ts";
import { ollamaRoutes } from "./ollama/chat-routes.ts";
import { ollamaEmbedRoutes } from "./ollama/embed-routes.ts";
import { ollamaModelRoutes } from "./ollama/model-routes.ts";
import type { ResponseStore } from "./responses/response-store.ts";
import { responsesRoutes } from "./responses/responses-routes.ts";
import { storedResponseRoutes } from "./responses/stored-response-routes.ts";
import type { Recorder } from "./speaker.ts";

export function dialectRoutes(ready: Ready, statistics: Recorder, responses: ResponseStore): Hono {
  return new Hono()
    .route("/", messagesRoutes(ready, statistics))
    .route("/", responsesRoutes(ready, statistics, responses))
    .route("/", storedResponseRoutes(responses))
    .route("/", ollamaRoutes(ready, statistics))
    .route("/", ollamaEmbedRoutes(ready))
    .route("/", ollamaModelRoutes(ready));
}
