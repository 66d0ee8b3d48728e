/** @file A worker that speaks every dialect, with an `echoSpeaker` for its model. */
import { randomUUID } from "node:crypto";
import { createApp } from "../../src/http/app.ts";
import type { Connection } from "../../src/http/connection.ts";
import { keepRegistered } from "../../src/http/registry-client.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";
import type { ServedModel } from "../../src/protocol/registry.ts";
import { messagesRoutes } from "../../src/serving/messages-routes.ts";
import { oneModel } from "../../src/serving/models.ts";
import { ollamaRoutes } from "../../src/serving/ollama/chat-routes.ts";
import { ResponseStore } from "../../src/serving/responses/response-store.ts";
import { responsesRoutes } from "../../src/serving/responses/responses-routes.ts";
import { storedResponseRoutes } from "../../src/serving/responses/stored-response-routes.ts";
import { workerStatistics } from "../../src/worker/metrics/statistics.ts";
import { ollamaModelRoutes } from "../../src/worker/routes/ollama/model-routes.ts";
import { type EchoSpeaker, echoSpeaker } from "./echo-speaker.ts";
import { idle } from "./echo-worker.ts";

export type DialectOptions = {
  controllerAddress?: string;
  model?: Partial<ServedModel>;
  /** Between two words, ms. */
  pauseMs?: number;
};

export type DialectWorker = RunningServer & {
  speaker: EchoSpeaker;
  /** Method and path of every request, in order. */
  seen: string[];
};

export async function serveDialects(options: DialectOptions = {}): Promise<DialectWorker> {
  const seen: string[] = [];
  const store = new ResponseStore();
  const model = { ...options.model, response_tag: store.tag };
  const speaker = echoSpeaker(model, options.pauseMs);
  const ready = () => speaker;
  const models = oneModel(ready);
  const statistics = workerStatistics(() => null, undefined);
  const app = createApp()
    .get("/health", (c) => c.json({ status: "ok" }))
    .get("/v1/models", (c) => c.json({ data: [{ ...speaker.card, parent: null }] }))
    .use(async (c, next) => {
      seen.push(`${c.req.method} ${c.req.path}${new URL(c.req.url).search}`);
      await next();
    })
    .route("/", messagesRoutes(models, statistics))
    .route("/", responsesRoutes(models, statistics, store))
    .route("/", storedResponseRoutes(store))
    .route("/", ollamaRoutes(models, statistics))
    .route("/", ollamaModelRoutes(ready))
    .all("*", (c) => c.json({ reached: c.req.path }));
  const server = await serve(app, { host: "127.0.0.1", port: 0 });
  const connection = register(server, speaker, options);
  const close = async (graceMs = 0) => {
    await Promise.all([server.close(graceMs), connection?.close()]);
  };
  return { ...server, close, speaker, seen };
}

function register(
  { url }: RunningServer,
  { card }: EchoSpeaker,
  { controllerAddress }: DialectOptions,
): Connection | undefined {
  if (controllerAddress === undefined) return undefined;
  const workerId = randomUUID();
  return keepRegistered({
    controllerAddress,
    registration: () => ({
      worker_id: workerId,
      address: url,
      version: "test",
      model: card,
      speed: 1,
      load: idle,
    }),
    load: () => idle,
    draining: () => false,
  });
}
