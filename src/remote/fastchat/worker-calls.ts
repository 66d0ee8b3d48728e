/** @file What a FastChat worker is asked beside answers; what changes seldom is kept for a while. */
import type { z } from "zod";
import type { PromptTemplate } from "../../chat/fastchat/conversation-template.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { UpstreamError } from "../../errors/upstream-errors.ts";
import { before } from "../../http/before.ts";
import {
  WorkerConversationAnswer,
  WorkerCountAnswer,
  WorkerDetailsAnswer,
  WorkerEmbeddingAnswer,
  WorkerFrame,
  type WorkerQuestion,
} from "../../protocol/fastchat-worker.ts";
import { askBytes, askJson, silent, type UpstreamServer } from "../upstream-call.ts";
import { framesOf } from "./frames.ts";
import { workerFailure } from "./worker-failure.ts";
import { workerTemplate } from "./worker-template.ts";

/** A worker that is started anew may serve another model under the old address and name. */
const keptMs = 10_000;
/** What is asked for everybody does not end with the client who came first, but after so long. */
const askingMs = 30_000;

export type WorkerFacts = { template: PromptTemplate; contextSize: number };

export class WorkerCalls {
  readonly #server: UpstreamServer;
  /** What the model is called there. */
  readonly #model: string;
  #facts: { at: number; value: Promise<WorkerFacts> } | undefined;

  constructor(server: UpstreamServer, model: string) {
    this.#server = server;
    this.#model = model;
  }

  /** Its template and the tokens that a prompt and its answer may have. */
  facts(signal: AbortSignal): Promise<WorkerFacts> {
    const now = performance.now();
    if (this.#facts !== undefined && now - this.#facts.at < keptMs)
      return before(signal, this.#facts.value);
    const value = this.#askFacts();
    this.#facts = { at: now, value };
    value.catch(() => {
      if (this.#facts?.value === value) this.#facts = undefined;
    });
    return before(signal, value);
  }

  async count(prompt: string, signal: AbortSignal): Promise<number> {
    const { count } = await this.#ask("/count_token", { prompt }, WorkerCountAnswer, signal);
    return count;
  }

  /** @throws {InvalidRequestError} the worker has no such route, which is nobody's failure. */
  async embed(input: string[], signal: AbortSignal) {
    try {
      return await this.#ask("/worker_get_embeddings", { input }, WorkerEmbeddingAnswer, signal);
    } catch (error) {
      if (!(error instanceof UpstreamError) || error.code !== "upstream_not_found") throw error;
      throw new InvalidRequestError(
        `The model '${this.#server.model}' is served by a FastChat worker that has no embeddings.`,
        "model",
        "unsupported_capability",
      );
    }
  }

  /**
   * Each frame of an answer, as it comes.
   *
   * @throws {ApiError} the worker refused, failed or was lost; also in the middle of the answer.
   */
  async *frames(
    question: Omit<WorkerQuestion, "model">,
    signal: AbortSignal,
  ): AsyncGenerator<WorkerFrame, void> {
    const body = { model: this.#model, ...question };
    const { model } = this.#server;
    const bytes = askBytes(this.#server, { path: "/worker_generate_stream", body, signal });
    let isSilent = true;
    for await (const frame of framesOf(model, bytes)) {
      if (frame.error_code !== 0) throw workerFailure(model, frame.error_code, frame.text);
      if (frame.finish_reason === "abort") throw new UpstreamError(model, "gave up its answer");
      isSilent = false;
      yield frame;
    }
    if (isSilent)
      throw new UpstreamError(model, "ended its answer without saying anything", "upstream_lost");
  }

  async #askFacts(): Promise<WorkerFacts> {
    const signal = AbortSignal.timeout(askingMs);
    const [{ conv }, { context_length }] = await Promise.all([
      this.#ask("/worker_get_conv_template", {}, WorkerConversationAnswer, signal),
      this.#ask("/model_details", {}, WorkerDetailsAnswer, signal),
    ]).catch((error: unknown) => {
      throw signal.aborted ? silent({ ...this.#server, silenceMs: askingMs }) : error;
    });
    return { template: workerTemplate(this.#server.model, conv), contextSize: context_length };
  }

  /** Workers answer 200 whatever happens; a failure is a frame. */
  async #ask<T extends z.ZodType>(
    path: string,
    body: object,
    schema: T,
    signal: AbortSignal,
  ): Promise<z.output<T>> {
    const { model } = this.#server;
    const question = { path, body: { model: this.#model, ...body }, signal };
    const answer = await askJson(this.#server, question);
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    const failed = WorkerFrame.safeParse(answer);
    if (failed.success) throw workerFailure(model, failed.data.error_code, failed.data.text);
    throw new UpstreamError(
      model,
      `answered ${path} with something else than FastChat's workers do`,
    );
  }
}
