/**
 * @file The controller: tells every api which workers live. It holds soft state only. It opens no
 * connection but to workers of FastChat's wire that were let in, and to ours for FastChat's clients.
 */
import { createApp } from "../http/app.ts";
import { requireKey } from "../http/auth.ts";
import { HttpClient } from "../http/client.ts";
import { createMetrics } from "../http/metrics.ts";
import type { Resolve } from "../http/same-host.ts";
import { type RunningServer, serve } from "../http/serve.ts";
import type { DispatchMethod } from "../protocol/registry.ts";
import { version } from "../protocol/version.ts";
import { type Epoch, takeEpoch } from "../store/epoch-store.ts";
import { Admission } from "./admission.ts";
import { FastChatDispatch } from "./fastchat-dispatch.ts";
import { fastChatRoutes } from "./fastchat-routes.ts";
import { generationProxy } from "./generation-proxy.ts";
import { Registry, sweepMs } from "./registry.ts";
import { registryRoutes } from "./registry-routes.ts";
import { statusAsker } from "./worker-status.ts";

export type ControllerOptions = {
  host: string;
  port: number;
  dispatchMethod?: DispatchMethod | undefined;
  /** What workers and apis must send; without it everybody who can connect may join. */
  joinToken?: string | undefined;
  /** Where FastChat's workers may be that cannot show the token (`http/worker-origins.ts`). */
  allowedWorkers?: readonly string[] | undefined;
  /** Finds the addresses of an allowed worker's host; default: the system does. */
  resolve?: Resolve | undefined;
  /** Told of each worker that is turned away. */
  say?: ((line: string) => void) | undefined;
  /** Where the epoch is kept; without it the epoch is the time of the start. */
  dataDir?: string | undefined;
  log?: boolean | undefined;
  /** A monotonic clock, ms. */
  now?: (() => number) | undefined;
};

export type RunningController = RunningServer & { epoch: number };

/** @throws {UsageError} another controller uses the data folder, or no worker can be so allowed. */
export async function serveController(options: ControllerOptions): Promise<RunningController> {
  const { host, port, dispatchMethod = "auto", dataDir, now = () => performance.now() } = options;
  const lock = dataDir === undefined ? epochByClock() : takeEpoch(dataDir, epochByClock().epoch);
  const client = new HttpClient();
  const start = async () => {
    const registry = new Registry({ epoch: lock.epoch, dispatchMethod, now });
    const server = await serve(controllerApp(registry, client, options), { host, port });
    return { registry, server };
  };
  const { registry, server } = await start().catch((error) => {
    lock.release();
    throw error;
  });
  const sweeping = setInterval(() => registry.sweep(), sweepMs);
  return {
    ...server,
    epoch: lock.epoch,
    // Its connections are meant to last for ever: there is nothing to wait for.
    openRequests: () => 0,
    close: async () => {
      clearInterval(sweeping);
      await server.close();
      client.close();
      lock.release();
    },
  };
}

function controllerApp(registry: Registry, client: HttpClient, options: ControllerOptions) {
  const { joinToken, log = false, dispatchMethod = "auto" } = options;
  const admission = new Admission(options);
  const dispatch = new FastChatDispatch(registry, dispatchMethod);
  const shared = { joinToken, admission, dispatch };
  const metrics = createMetrics();
  metrics.gauge("fastchat_controller_workers", "Registered workers.", () => registry.size);
  return (
    createApp({ log })
      .get("/health", (c) =>
        c.json({ status: "ok", epoch: registry.epoch, workers: registry.size }),
      )
      // Their own locks: a worker on the list has no token.
      .route("/", fastChatRoutes(registry, { ...shared, statusOf: statusAsker(client) }))
      .route("/", generationProxy(registry, { ...shared, client }))
      .use(requireKey(joinToken === undefined ? [] : [joinToken]))
      .get("/version", (c) => c.json({ version: version() }))
      .get("/metrics", (c) => c.text(metrics.metricsText()))
      .route("/", registryRoutes(registry))
  );
}

/** Unix time, ms: grows from one start to the next as long as the clock does. */
function epochByClock(): Epoch {
  return { epoch: Date.now(), release: () => {} };
}
