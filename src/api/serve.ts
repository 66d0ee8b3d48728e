/**
 * @file The OpenAI API in front of all workers. It keeps nothing but its picture of them: any number
 * of these may run, and each goes on serving while the controller is away.
 */
import type { Hono } from "hono";
import { createApp } from "../http/app.ts";
import { requireKey } from "../http/auth.ts";
import { allowBodies, bodyLimitBytes, pictureBodyLimitBytes } from "../http/body.ts";
import { HttpClient } from "../http/client.ts";
import { allowOrigins } from "../http/cors.ts";
import { createMetrics, type Metrics } from "../http/metrics.ts";
import { greet, unknownOllamaPaths } from "../http/ollama-manners.ts";
import { countRequests } from "../http/request-metrics.ts";
import { type RunningServer, serve } from "../http/serve.ts";
import { version } from "../protocol/version.ts";
import type { Random } from "../routing/dispatch.ts";
import { ollamaListRoutes } from "../serving/ollama/list-routes.ts";
import { adapterRoutes } from "./adapter-routes.ts";
import { FastChatWorkers } from "./fastchat-workers.ts";
import { Fleet, type FleetOptions } from "./fleet.ts";
import { routesToWorkers } from "./forwarded-routes.ts";
import { Forwarder } from "./forwarder.ts";
import { modelRoutes } from "./model-routes.ts";
import { storedResponseRoutes } from "./stored-response-routes.ts";
import { tokenCheckRoutes } from "./token-check-routes.ts";

export type ApiOptions = FleetOptions & {
  host: string;
  port: number;
  /** Without any, everybody who can connect may ask. */
  apiKeys?: readonly string[] | undefined;
  /** Exact origins of web pages, or `*`; default: pages from this machine. */
  allowedOrigins?: readonly string[] | undefined;
  log?: boolean | undefined;
  random?: Random | undefined;
};

export async function serveApi(options: ApiOptions): Promise<RunningServer> {
  const { host, port, random = Math.random } = options;
  const client = new HttpClient();
  const metrics = createMetrics();
  const fleet = new Fleet(client, options);
  const fastchat = new FastChatWorkers(client, fleet.table);
  const forwarder = new Forwarder(fleet, client, fastchat, metrics, random);
  const app = apiApp(options, fleet, metrics)
    .route("/", routesToWorkers(fleet, forwarder, fastchat))
    .route("/", adapterRoutes())
    .route("/", storedResponseRoutes(fleet, forwarder, fastchat))
    .route("/", tokenCheckRoutes(fleet, client, fastchat, random))
    .route("/", unknownOllamaPaths());
  const leave = async () => {
    await fleet.close();
    client.close();
  };
  const server = await serve(app, { host, port }).catch(async (error) => {
    await leave();
    throw error;
  });
  return {
    ...server,
    close: async (graceMs) => {
      await server.close(graceMs);
      await leave();
    },
  };
}

function apiApp(options: ApiOptions, fleet: Fleet, metrics: Metrics): Hono {
  const { apiKeys = [], allowedOrigins, log = false } = options;
  metrics.gauge("fastchat_api_workers", "Known workers.", () => fleet.table.workers().length);
  metrics.gauge("fastchat_api_workers_ejected", "Failing.", () => fleet.table.ejected().length);
  const known = () => fleet.table.workers().map(({ model }) => model);
  return createApp({ log })
    .use(countRequests(metrics, { prefix: "fastchat_api", known }))
    .use(allowOrigins(allowedOrigins))
    .get("/", greet)
    .get("/health", (c) => c.json(health(fleet), fleet.isReady ? 200 : 503))
    .use(requireKey(apiKeys))
    .use(allowBodies(() => (fleet.sees ? pictureBodyLimitBytes : bodyLimitBytes)))
    .get("/version", (c) => c.json({ version: version() }))
    .get("/metrics", (c) => c.text(metrics.metricsText()))
    .route("/", modelRoutes(fleet.table))
    .route("/", ollamaListRoutes(known));
}

/** Ready means that we know whom to ask, not that somebody is there. */
function health(fleet: Fleet) {
  return {
    status: fleet.isReady ? "ok" : "starting",
    workers: fleet.table.workers().length,
    controller: fleet.isControllerConnected ? "connected" : "not connected",
  };
}
