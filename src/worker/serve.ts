/**
 * @file A worker: one model behind the OpenAI API, on its own or registered with a controller.
 *
 * It listens before the model is loaded, so that whoever watches `/health` sees it come up.
 */
import { UnavailableError } from "../errors/worker-errors.ts";
import { createApp } from "../http/app.ts";
import { requireKey } from "../http/auth.ts";
import { greet, unknownOllamaPaths } from "../http/ollama-manners.ts";
import { type RunningServer, serve } from "../http/serve.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";
import { fastChatWorkerRoutes } from "../serving/fastchat/routes.ts";
import { oneModel } from "../serving/models.ts";
import { ResponseStore } from "../serving/responses/response-store.ts";
import { servingRoutes } from "../serving/routes.ts";
import { workerStatistics } from "./metrics/statistics.ts";
import { loadModel } from "./model-loader.ts";
import { register } from "./registration.ts";
import { adapterRoutes } from "./routes/adapter-routes.ts";
import { infillRoutes } from "./routes/infill-routes.ts";
import { ollamaModelRoutes } from "./routes/ollama/model-routes.ts";
import { propsRoutes } from "./routes/props-routes.ts";
import { rerankRoutes } from "./routes/rerank-routes.ts";
import { statusRoutes } from "./routes/status-routes.ts";
import { templateRoutes } from "./routes/template-routes.ts";
import { tokenRoutes } from "./routes/token-routes.ts";
import type { Ready, ServedModel } from "./served-model.ts";
import type { WorkerOptions } from "./worker-options.ts";

export type RunningWorker = RunningServer & { card: ModelCard };

/**
 * Loads the model and serves it.
 *
 * @throws {UsageError} the file, the options and this machine do not go together.
 */
export async function serveWorker(options: WorkerOptions): Promise<RunningWorker> {
  let model: ServedModel | null = null;
  let health: "loading" | "ok" | "draining" = "loading";
  const ready: Ready = () => {
    if (model === null) throw new UnavailableError("The model is still being loaded.", "loading");
    return model;
  };
  const statistics = workerStatistics(() => model, options.log);
  const responses = new ResponseStore();
  const app = createApp()
    .get("/", greet)
    .get("/health", (c) => c.json({ status: health }, health === "ok" ? 200 : 503))
    .use(requireKey(options.joinToken === undefined ? [] : [options.joinToken]))
    .route("/", statusRoutes(ready, statistics))
    .route("/", propsRoutes(ready, options))
    .route("/", servingRoutes(oneModel(ready), statistics, responses))
    .route(
      "/",
      fastChatWorkerRoutes(oneModel(ready), statistics, {
        status: () => ready().fastChatStatus,
        facts: () => ready().fastChatFacts,
      }),
    )
    .route("/", ollamaModelRoutes(ready))
    .route("/", infillRoutes(ready, statistics))
    .route("/", rerankRoutes(ready))
    .route("/", adapterRoutes(ready, options.loraDir))
    .route("/", tokenRoutes(ready))
    .route("/", templateRoutes(ready))
    .route("/", unknownOllamaPaths());
  const server = await serve(app, options);
  const loaded = await loadModel(options, responses.tag).catch(async (error) => {
    await server.close();
    throw error;
  });
  model = loaded.model;
  health = "ok";
  const { engine, card } = model;
  engine.ended().then((error) => {
    if (health === "draining") return;
    console.error(error ?? new Error("the engine's thread ended"));
    process.exit(70); // nothing here can serve any more: the supervisor starts a fresh process
  });
  const registration = register(options, server.url, loaded.model, () => health === "draining");
  return {
    ...server,
    card,
    close: async (graceMs) => {
      health = "draining";
      await registration?.close();
      await server.close(graceMs);
      loaded.close();
      await engine.close();
    },
  };
}
