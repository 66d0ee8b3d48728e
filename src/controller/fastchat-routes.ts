/**
 * @file FastChat's controller routes: its Python workers register here unchanged, and its api server,
 * its web UI and its tools find workers here, ours among them.
 *
 * Where FastChat answers 200 whatever happens, a failure has its status. `/refresh_all_workers` asks
 * those alone whose beats are not checked (FastChat empties its table and asks all): beats keep it
 * fresh.
 *
 * Source: `fastchat/serve/controller.py` of FastChat 0.2.36.
 */
import { type Context, Hono } from "hono";
import { UnavailableError } from "../errors/worker-errors.ts";
import { requireKey } from "../http/auth.ts";
import { readJson } from "../http/json.ts";
import { namesOf } from "../protocol/adapter-names.ts";
import {
  FastChatHeartbeat,
  FastChatModelQuestion,
  FastChatRegistration,
  type WorkerStatus,
} from "../protocol/fastchat-controller.ts";
import type { WorkerState } from "../protocol/registry.ts";
import type { Admission } from "./admission.ts";
import type { FastChatDispatch } from "./fastchat-dispatch.ts";
import { FastChatWorkers } from "./fastchat-workers.ts";
import type { Registry } from "./registry.ts";

/** Entries that workers without a token may fill, so that no stranger fills the registry. */
const mostWithoutToken = 1000;

export type FastChatOptions = {
  joinToken?: string | undefined;
  admission: Admission;
  dispatch: FastChatDispatch;
  /** Asks a worker that was let in. */
  statusOf: (origin: URL) => Promise<WorkerStatus>;
};

export function fastChatRoutes(registry: Registry, options: FastChatOptions): Hono {
  const { joinToken, admission, dispatch, statusOf } = options;
  const workers = new FastChatWorkers(registry);
  const locked = requireKey(joinToken === undefined ? [] : [joinToken]);
  const list = (c: Context, which: (worker: WorkerState) => boolean) =>
    c.json({ models: modelNames(registry.workers().filter(which)) });
  return new Hono()
    .post("/register_worker", async (c) => {
      const registration = await readJson(c, FastChatRegistration);
      const origin = await admission.admit(c, registration.worker_name);
      if (!admission.carriesToken(c) && workers.size >= mostWithoutToken)
        throw new UnavailableError("The registry is full.", "registry_full");
      const status = registration.worker_status ?? (await statusOf(origin));
      workers.put(origin.origin, registration, status);
      return c.json(null);
    })
    .post("/receive_heart_beat", async (c) => {
      const { worker_name, queue_length } = await readJson(c, FastChatHeartbeat);
      const { origin } = await admission.admitBeat(c, worker_name);
      return c.json({ exist: workers.beat(origin, queue_length) });
    })
    .post("/refresh_all_workers", locked, async (c) => {
      await workers.refresh(statusOf);
      return c.json(null);
    })
    .post("/list_models", locked, (c) => list(c, () => true))
    .post("/list_multimodal_models", locked, (c) => list(c, sees))
    .post("/list_language_models", locked, (c) => list(c, (worker) => !sees(worker)))
    .post("/get_worker_address", locked, async (c) => {
      const { model } = await readJson(c, FastChatModelQuestion);
      return c.json({ address: addressFor(dispatch.choose(model), joinToken) });
    })
    .get("/test_connection", locked, (c) => c.json("success"));
}

const sees = ({ model }: WorkerState) => model.capabilities.includes("vision");

function modelNames(workers: readonly WorkerState[]): string[] {
  return [...new Set(workers.flatMap(({ model }) => namesOf(model)))].sort();
}

/**
 * Workers of ours ask for the join token, which FastChat's programs can only send as part of an
 * address. Who asks here has shown that he knows it.
 */
function addressFor(worker: WorkerState | undefined, joinToken: string | undefined): string {
  if (worker === undefined) return "";
  if (worker.wire === "fastchat" || joinToken === undefined) return worker.address;
  const url = new URL(worker.address);
  return `${url.protocol}//worker:${encodeURIComponent(joinToken)}@${url.host}`;
}
