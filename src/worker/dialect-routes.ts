/** @file The dialects beside OpenAI's completions, all told of the same model. */
import { Hono } from "hono";
import { messagesRoutes } from "./messages-routes.ts";
import { ollamaEmbedRoutes } from "./ollama-embed-routes.ts";
import { ollamaModelRoutes } from "./ollama-model-routes.ts";
import { ollamaRoutes } from "./ollama-routes.ts";
import type { ResponseStore } from "./response-store.ts";
import { responsesRoutes } from "./responses-routes.ts";
import type { Ready } from "./served-model.ts";
import type { Recorder } from "./speaker.ts";
import { storedResponseRoutes } from "./stored-response-routes.ts";

export function dialectRoutes(ready: Ready, statistics: Recorder, responses: ResponseStore): Hono {
  return new Hono()
    .route("/", messagesRoutes(ready, statistics))
    .route("/", responsesRoutes(ready, statistics, responses))
    .route("/", storedResponseRoutes(responses))
    .route("/", ollamaRoutes(ready, statistics))
    .route("/", ollamaEmbedRoutes(ready))
    .route("/", ollamaModelRoutes(ready));
}
