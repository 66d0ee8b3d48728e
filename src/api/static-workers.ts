/** @file Workers named by hand instead of by a controller: each is asked what it serves. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { HttpClient } from "../http/client.ts";
import type { Connection } from "../http/connection.ts";
import { capabilities } from "../protocol/openai.ts";
import { Load, type WorkerState } from "../protocol/registry.ts";

const pollMs = 2000;

/** What we need of `GET /v1/models`; other servers say less than ours. */
const ModelList = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      created: z.int().catch(0),
      parent: z.string().nullish(),
      adapter: z.string().optional().catch(undefined),
      context_length: z.int().positive().catch(4096),
      capabilities: z
        .array(z.enum(capabilities))
        .catch(capabilities.filter((one) => one !== "vision")),
      response_tag: z.string().optional().catch(undefined),
    }),
  ),
});

/** Tells all workers that answer, every 2 s. */
export function pollWorkers(
  client: HttpClient,
  addresses: readonly string[],
  headers: Record<string, string>,
  onTold: (workers: WorkerState[]) => void,
): Connection {
  const leaving = new AbortController();
  const poll = async () => {
    while (!leaving.signal.aborted) {
      const found = addresses.map((address) => askWorker(client, address, headers));
      const workers = (await Promise.all(found)).flat();
      if (leaving.signal.aborted) return;
      onTold(workers);
      await wait(pollMs, undefined, { signal: leaving.signal }).catch(() => {});
    }
  };
  const done = poll();
  return {
    close: async () => {
      leaving.abort();
      await done;
    },
  };
}

async function askWorker(
  client: HttpClient,
  address: string,
  headers: Record<string, string>,
): Promise<WorkerState[]> {
  try {
    const signal = AbortSignal.timeout(pollMs);
    const list = await client.json(`${address}/v1/models`, { headers, signal });
    return toWorkers(address, ModelList.parse(list));
  } catch {
    return [];
  }
}

function toWorkers(address: string, { data }: z.infer<typeof ModelList>): WorkerState[] {
  const own = data.filter(({ parent }) => parent == null);
  const under = (id: string) => data.filter(({ parent }) => parent === id);
  return own.map((model) => ({
    worker_id: `${address} ${model.id}`,
    address,
    model: {
      id: model.id,
      aliases: under(model.id).flatMap(({ id, adapter }) => (adapter === undefined ? id : [])),
      adapters: under(model.id).flatMap(({ adapter }) => adapter ?? []),
      capabilities: model.capabilities,
      context_size: model.context_length,
      created: model.created,
      ...(model.response_tag !== undefined && { response_tag: model.response_tag }),
    },
    speed: 1,
    load: Load.parse({}),
    draining: false,
  }));
}
