/** @file What a FastChat worker is asked beside answers; what changes seldom is kept for a while. */
import type { z } from "zod";
import type { PromptTemplate } from "../../chat/fastchat/conversation-template.ts";
import { UpstreamError } from "../../errors/api-error.ts";
import {
  WorkerConversationAnswer,
  WorkerCount,
  WorkerDetails,
  WorkerEmbeddings,
  WorkerFrame,
  type WorkerQuestion,
} from "../../protocol/fastchat-worker.ts";
import { askBytes, askJson, type UpstreamServer } from "../upstream-call.ts";
import { framesOf } from "./frames.ts";
import { workerFailure } from "./worker-failure.ts";
import { workerTemplate } from "./worker-template.ts";

/** A worker that is started anew may serve another model under the old address and name. */
const keptMs = 10_000;

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
    if (this.#facts !== undefined && now - this.#facts.at < keptMs) return this.#facts.value;
    const value = this.#askFacts(signal);
    this.#facts = { at: now, value };
    value.catch(() => {
      if (this.#facts?.value === value) this.#facts = undefined;
    });
    return value;
  }

  async count(prompt: string, signal: AbortSignal): Promise<number> {
    const { count } = await this.#ask("/count_token", { prompt }, WorkerCount, signal);
    return count;
  }

  embed(input: string[], signal: AbortSignal) {
    return this.#ask("/worker_get_embeddings", { input }, WorkerEmbeddings, signal);
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
    const bytes = askBytes(this.#server, { path: "/worker_generate_stream", body, signal });
    for await (const frame of framesOf(this.#server.model, bytes)) {
      if (frame.error_code !== 0)
        throw workerFailure(this.#server.model, frame.error_code, frame.text);
      yield frame;
    }
  }

  async #askFacts(signal: AbortSignal): Promise<WorkerFacts> {
    const [{ conv }, { context_length }] = await Promise.all([
      this.#ask("/worker_get_conv_template", {}, WorkerConversationAnswer, signal),
      this.#ask("/model_details", {}, WorkerDetails, signal),
    ]);
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
