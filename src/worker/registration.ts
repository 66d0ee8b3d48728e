/** @file A worker's place in a controller's registry: who it is, and how busy. */
import { randomUUID } from "node:crypto";
import type { Engine } from "../engine/engine.ts";
import { connectionInWords, keepRegistered } from "../http/registry-client.ts";
import type { Load } from "../protocol/registry.ts";
import { version } from "../protocol/version.ts";
import type { ServedModel } from "./served-model.ts";
import type { WorkerOptions } from "./worker-options.ts";

/**
 * Registers until it is closed.
 *
 * @param ownUrl Where the worker listens, which the api is told unless the options know better.
 * @returns null where there is no controller, or it is not to know.
 */
export function register(
  options: WorkerOptions,
  ownUrl: string,
  served: ServedModel,
  draining: () => boolean,
): { close(): Promise<void> } | null {
  const { controllerAddress, joinToken, workerAddress = ownUrl, log } = options;
  if (options.register === false || controllerAddress === undefined) return null;
  const workerId = randomUUID();
  const { engine, adapters } = served;
  return keepRegistered({
    controllerAddress,
    ...(joinToken !== undefined && { joinToken }),
    registration: () => ({
      worker_id: workerId,
      address: workerAddress,
      version: version(),
      model: served.card,
      speed: 1,
      load: toLoad(engine),
    }),
    load: () => toLoad(engine),
    adapters: () => adapters.names,
    draining,
    fastChat: {},
    onState: (state) => log?.(connectionInWords(controllerAddress, state)),
  });
}

function toLoad(engine: Engine): Load {
  return {
    slots: engine.slotCount,
    busy: engine.gauge("busy"),
    queued: engine.gauge("queued"),
    pending_tokens: engine.gauge("pendingTokens"),
    tokens_per_second: engine.gauge("tokensPerSecond"),
    kv_cells: engine.info.contextSize,
    kv_used: engine.gauge("kvUsed"),
    prefixes: [...new Set(engine.slots.flatMap(({ prefixes }) => prefixes))].slice(0, 512),
  };
}
