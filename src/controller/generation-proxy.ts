/**
 * @file A controller as a worker of another controller, as FastChat has it: all models of the table,
 * answered by whichever worker is chosen. Only to workers that were let in is anything sent.
 *
 * Source: `worker_api_generate_stream` and `worker_api_get_status` of `fastchat/serve/controller.py`,
 * without going on after the frame that says that there is no worker.
 */
import { type Context, Hono } from "hono";
import { pythonJson } from "../dialects/fastchat/python-json.ts";
import { ApiError } from "../errors/api-error.ts";
import { requireKey } from "../http/auth.ts";
import type { HttpClient } from "../http/client.ts";
import { readJson } from "../http/json.ts";
import { clientSignal } from "../http/node-exchange.ts";
import { streamMessages } from "../http/sse.ts";
import { namesOf } from "../protocol/adapter-names.ts";
import {
  FastChatGenerationQuestion,
  fastChatErrors,
  trouble,
  type WorkerStatus,
} from "../protocol/fastchat-controller.ts";
import type { WorkerState } from "../protocol/registry.ts";
import { frameBytes } from "../remote/fastchat/frames.ts";
import { askBytes } from "../remote/upstream-call.ts";
import type { Admission } from "./admission.ts";
import type { FastChatDispatch } from "./fastchat-dispatch.ts";
import type { Registry } from "./registry.ts";

/** FastChat's own (`FASTCHAT_WORKER_API_TIMEOUT`). */
const silenceMs = 100_000;
/** Controllers above one another; more are one that is registered with itself. */
const mostHops = 4;
const hopsHeader = "x-fastchat-hops";

export type ProxyOptions = {
  client: HttpClient;
  dispatch: FastChatDispatch;
  admission: Admission;
  joinToken?: string | undefined;
};

export function generationProxy(registry: Registry, options: ProxyOptions): Hono {
  const { joinToken, dispatch, admission } = options;
  const locked = requireKey(joinToken === undefined ? [] : [joinToken]);
  return new Hono()
    .post("/worker_generate_stream", locked, async (c) => {
      const body = await readJson(c, FastChatGenerationQuestion);
      const hops = hopsBefore(c) + 1;
      const worker = dispatch.choose(body.model, (one) => hops <= mostHops && admission.has(one));
      return streamMessages(c, frames(worker, { ...options, body, hops, signal: clientSignal(c) }));
    })
    .post("/worker_get_status", locked, (c) => c.json(totalOf(registry.workers())));
}

/** What is no number was not written by one of ours. */
function hopsBefore(c: Context): number {
  const told = c.req.header(hopsHeader) ?? "0";
  return /^\d$/.test(told) ? Number(told) : mostHops;
}

type Asked = ProxyOptions & { body: FastChatGenerationQuestion; hops: number; signal: AbortSignal };

/** The worker's frames as they are; whatever goes wrong is a last frame of ours. */
async function* frames(worker: WorkerState | undefined, asked: Asked): AsyncGenerator<string> {
  if (worker === undefined) {
    yield failure(fastChatErrors.controllerNoWorker);
    return;
  }
  try {
    const bytes = askBytes(toServer(worker, asked), {
      path: "/worker_generate_stream",
      body: asked.body,
      signal: asked.signal,
    });
    for await (const frame of frameBytes(asked.body.model, bytes)) yield frame.toString();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    yield failure(fastChatErrors.controllerWorkerTimeout);
  }
}

function toServer({ address, wire }: WorkerState, { client, joinToken, hops, body }: Asked) {
  const isOurs = wire !== "fastchat" && joinToken !== undefined;
  const headers = {
    [hopsHeader]: String(hops),
    // FastChat's workers ask for nothing: they are not told what others are asked for.
    ...(isOurs && { authorization: `Bearer ${joinToken}` }),
  };
  return { client, baseUrl: address, headers, model: body.model, silenceMs };
}

const failure = (error_code: number) => pythonJson({ text: trouble, error_code });

/** Speed and queue belong to an address, however many models it has. */
function totalOf(workers: readonly WorkerState[]): WorkerStatus {
  const byAddress = [...new Map(workers.map((worker) => [worker.address, worker])).values()];
  return {
    model_names: [...new Set(workers.flatMap(({ model }) => namesOf(model)))].sort(),
    speed: byAddress.reduce((sum, { speed }) => sum + speed, 0),
    queue_length: byAddress.reduce((sum, { load }) => sum + load.busy + load.queued, 0),
  };
}
