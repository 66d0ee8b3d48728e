/**
 * @file The controller: tells every api which workers live. It holds soft state only and never
 * opens a connection, least of all to an address that somebody registered.
 *
 * FastChat's own wire protocol (`/register_worker`, `/receive_heart_beat`, …) will stand beside
 * `/registry` as further routes over the same `Registry`.
 */
import { createApp } from "../http/app.ts";
import { requireKey } from "../http/auth.ts";
import { createMetrics } from "../http/metrics.ts";
import { type RunningServer, serve } from "../http/serve.ts";
import type { DispatchMethod } from "../protocol/registry.ts";
import { version } from "../protocol/version.ts";
import { type Epoch, takeEpoch } from "../store/epoch-store.ts";
import { Registry, sweepMs } from "./registry.ts";
import { registryRoutes } from "./registry-routes.ts";

export type ControllerOptions = {
  host: string;
  port: number;
  dispatchMethod?: DispatchMethod | undefined;
  /** What workers and apis must send; without it everybody who can connect may join. */
  joinToken?: string | undefined;
  /** Where the epoch is kept; without it the epoch is the time of the start. */
  dataDir?: string | undefined;
  log?: boolean | undefined;
  /** A monotonic clock, ms. */
  now?: (() => number) | undefined;
};

export type RunningController = RunningServer & { epoch: number };

/** @throws {UsageError} another controller uses the data folder. */
export async function serveController(options: ControllerOptions): Promise<RunningController> {
  const { host, port, dispatchMethod = "auto", dataDir, now = () => performance.now() } = options;
  const lock = dataDir === undefined ? epochByClock() : takeEpoch(dataDir, epochByClock().epoch);
  const registry = new Registry({ epoch: lock.epoch, dispatchMethod, now });
  const server = await serve(controllerApp(registry, options), {
    host,
    port,
  }).catch((error) => {
    lock.release();
    throw error;
  });
  const sweeping = setInterval(() => registry.sweep(), sweepMs);
  return {
    ...server,
    epoch: lock.epoch,
    // Its connections are meant to last for ever: there is nothing to wait for.
    close: async () => {
      clearInterval(sweeping);
      await server.close();
      lock.release();
    },
  };
}

function controllerApp(registry: Registry, options: ControllerOptions) {
  const { joinToken, log = false } = options;
  const metrics = createMetrics();
  metrics.gauge("fastchat_controller_workers", "Registered workers.", () => registry.size);
  return createApp({ log })
    .get("/health", (c) => c.json({ status: "ok", epoch: registry.epoch, workers: registry.size }))
    .use(requireKey(joinToken === undefined ? [] : [joinToken]))
    .get("/version", (c) => c.json({ version: version() }))
    .get("/metrics", (c) => c.text(metrics.metricsText()))
    .route("/", registryRoutes(registry));
}

/** Unix time, ms: grows from one start to the next as long as the clock does. */
function epochByClock(): Epoch {
  return { epoch: Date.now(), release: () => {} };
}
