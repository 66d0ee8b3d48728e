/**
 * @file Workers that speak FastChat's wire. They know prompts and cumulative texts alone, so every
 * dialect is spoken for them here, in the api's own process.
 */
import type { Context, Hono } from "hono";
import { ModelNotFoundError } from "../errors/model-errors.ts";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { createApp } from "../http/app.ts";
import type { HttpClient } from "../http/client.ts";
import { inheritHeaders, openLocal } from "../http/local-upstream.ts";
import type { Upstream } from "../http/upstream.ts";
import type { ServedModel, WorkerState } from "../protocol/registry.ts";
import { FastChatSpeaker } from "../remote/fastchat/fastchat-speaker.ts";
import { serves } from "../routing/dispatch.ts";
import type { WorkerTable } from "../routing/worker-table.ts";
import { ResponseStore } from "../serving/responses/response-store.ts";
import { servingRoutes } from "../serving/routes.ts";

/** FastChat's own (`FASTCHAT_WORKER_API_TIMEOUT`): after so long without a byte a worker is given up. */
const silenceMs = 100_000;

type Spoken = {
  /** As it was registered; the speaker's own tells the true context size. */
  card: ServedModel;
  speaker: FastChatSpeaker;
  app: Hono;
};

export class FastChatWorkers {
  readonly #client: HttpClient;
  readonly #table: WorkerTable;
  /** By worker id. */
  readonly #spoken = new Map<string, Spoken>();
  /** Of all of them: they remember nothing themselves, so each can go on from any response. */
  readonly #responses = new ResponseStore();

  constructor(client: HttpClient, table: WorkerTable) {
    this.#client = client;
    this.#table = table;
  }

  /** Part of the id of every response that one of them gave. */
  get responseTag(): string {
    return this.#responses.tag;
  }

  speaker(worker: WorkerState): FastChatSpeaker {
    return this.#spokenFor(worker).speaker;
  }

  /** The worker's answer to the request, in the dialect of its path. */
  open(c: Context, body: Buffer | undefined, worker: WorkerState): Promise<Upstream> {
    return openLocal(this.#spokenFor(worker).app, c, body);
  }

  #spokenFor(worker: WorkerState): Spoken {
    const known = this.#spoken.get(worker.worker_id);
    if (known !== undefined && isSame(known.card, worker.model)) return known;
    this.#forgetGone();
    const speaker = new FastChatSpeaker({
      card: worker.model,
      upstreamModel: worker.model.id,
      server: {
        client: this.#client,
        baseUrl: worker.address,
        headers: {},
        model: worker.model.id,
        silenceMs,
      },
    });
    const spoken = { card: worker.model, speaker, app: appFor(worker, speaker, this.#responses) };
    this.#spoken.set(worker.worker_id, spoken);
    return spoken;
  }

  #forgetGone(): void {
    const present = new Set(this.#table.workers().map(({ worker_id }) => worker_id));
    for (const id of this.#spoken.keys()) if (!present.has(id)) this.#spoken.delete(id);
  }
}

/** Who registers again may see now, or be another program at the old address. */
function isSame(one: ServedModel, other: ServedModel): boolean {
  return one.created === other.created && `${one.capabilities}` === `${other.capabilities}`;
}

const nobody = { recorder: () => () => {} };

function appFor(worker: WorkerState, speaker: FastChatSpeaker, responses: ResponseStore): Hono {
  const models = {
    has: (name: string) => serves(worker, name),
    named: (name: string) => {
      if (!serves(worker, name)) throw new ModelNotFoundError(name);
      return speaker;
    },
  };
  const app = createApp()
    .use(inheritHeaders)
    .route("/", servingRoutes(models, nobody, responses));
  app.notFound((c) => {
    throw new InvalidRequestError(
      `The model '${worker.model.id}' is served by a FastChat worker, which has no ${c.req.path}.`,
      "model",
      "unsupported_capability",
    );
  });
  return app;
}
