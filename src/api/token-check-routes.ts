/** @file FastChat's `/api/v1/token_check`: each prompt is counted by a worker of its own model. */
import { type Context, Hono } from "hono";
import { WorkerLostError } from "../errors/worker-errors.ts";
import type { HttpClient } from "../http/client.ts";
import { readJson } from "../http/json.ts";
import { clientSignal } from "../http/node-exchange.ts";
import type { WorkerState } from "../protocol/registry.ts";
import { TokenCheckAnswer, TokenCheckRequest } from "../protocol/tokens.ts";
import type { FastChatSpeaker } from "../remote/fastchat/fastchat-speaker.ts";
import { dispatch, type Random } from "../routing/dispatch.ts";
import type { FastChatWorkers } from "./fastchat-workers.ts";
import type { Fleet } from "./fleet.ts";
import { assertReady } from "./forwarded-routes.ts";
import { assertServed } from "./model-choice.ts";

type Prompt = TokenCheckRequest["prompts"][number];
type Count = TokenCheckAnswer["prompts"][number];

const timeoutMs = 30_000;

export function tokenCheckRoutes(
  fleet: Fleet,
  client: HttpClient,
  fastchat: FastChatWorkers,
  random: Random,
): Hono {
  return new Hono().post("/api/v1/token_check", async (c) => {
    const { prompts } = await readJson(c, TokenCheckRequest);
    assertReady(fleet);
    const models = [...new Set(prompts.map(({ model }) => model))];
    for (const model of models) assertServed(fleet.table, model, null);
    const counts: Count[] = [];
    const places = [...prompts.keys()];
    await Promise.all(
      models.map(async (model) => {
        const own = places.filter((place) => prompts[place]?.model === model);
        const asked = own.flatMap((place) => prompts[place] ?? []);
        const told = await new Question(fleet, client, fastchat, random, model).ask(c, asked);
        told.forEach((count, i) => {
          counts[own[i] ?? -1] = count;
        });
      }),
    );
    return c.json({ prompts: counts } satisfies TokenCheckAnswer);
  });
}

/** What one model's workers are asked, one after the other until one answers; two at most. */
class Question {
  readonly #fleet: Fleet;
  readonly #client: HttpClient;
  readonly #fastchat: FastChatWorkers;
  readonly #random: Random;
  readonly #model: string;
  readonly #tried = new Set<string>();

  constructor(
    fleet: Fleet,
    client: HttpClient,
    fastchat: FastChatWorkers,
    random: Random,
    model: string,
  ) {
    this.#fleet = fleet;
    this.#client = client;
    this.#fastchat = fastchat;
    this.#random = random;
    this.#model = model;
  }

  /** @throws {WorkerLostError} nobody answered. */
  async ask(c: Context, prompts: Prompt[]): Promise<Count[]> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const worker = this.#choose();
      if (worker === undefined) break;
      this.#tried.add(worker.worker_id);
      const counts = await this.#askWorker(c, worker, prompts).catch(() => null);
      if (counts?.length === prompts.length) return counts;
      if (clientSignal(c).aborted) break;
    }
    throw new WorkerLostError(this.#model);
  }

  #choose(): WorkerState | undefined {
    const { dispatchMethod, table } = this.#fleet;
    const demand = { model: this.#model, capability: null, promptTokens: 0, prefixes: [] };
    const candidates = table.candidates();
    return dispatch(dispatchMethod, candidates, { ...demand, tried: this.#tried }, this.#random);
  }

  async #askWorker(c: Context, worker: WorkerState, prompts: Prompt[]): Promise<Count[]> {
    const { address, wire } = worker;
    if (wire === "fastchat") return countEach(this.#fastchat.speaker(worker), prompts);
    const answer = await this.#client.json(`${address}/api/v1/token_check`, {
      method: "POST",
      headers: { ...this.#fleet.workerHeaders(), "content-type": "application/json" },
      body: JSON.stringify({ prompts }),
      signal: AbortSignal.any([clientSignal(c), AbortSignal.timeout(timeoutMs)]),
    });
    return TokenCheckAnswer.parse(answer).prompts;
  }
}

/** As a worker of ours answers the route itself. */
async function countEach(model: FastChatSpeaker, prompts: Prompt[]): Promise<Count[]> {
  const contextLength = await model.contextSize();
  const counts: Count[] = [];
  for (const { prompt, max_tokens: maxTokens } of prompts) {
    const tokenCount = await model.countTextTokens(prompt);
    counts.push({ fits: tokenCount + maxTokens <= contextLength, tokenCount, contextLength });
  }
  return counts;
}
