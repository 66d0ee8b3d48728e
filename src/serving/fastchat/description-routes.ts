/**
 * @file What FastChat's servers ask a worker beside answers: its status, its template, the length of
 * its context, how many tokens a prompt has, and vectors.
 */
import { type Context, Hono } from "hono";
import type { PromptTemplate } from "../../chat/fastchat/conversation-template.ts";
import { toWorkerConversation } from "../../chat/fastchat/worker-conversation.ts";
import { readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import type { WorkerStatus } from "../../protocol/fastchat-controller.ts";
import {
  WorkerCountQuestion,
  WorkerEmbeddingQuestion,
  WorkerModelQuestion,
} from "../../protocol/fastchat-worker.ts";
import type { ServedModel as ModelCard } from "../../protocol/registry.ts";
import type { Served } from "../../protocol/speaker.ts";
import { assertAble } from "../capability.ts";
import type { Models } from "../models.ts";
import { failureFrame } from "./failure-frame.ts";

/** What a worker's model says of itself at this moment. */
export type FastChatFacts = {
  card: ModelCard;
  /** The template that writes its prompts. */
  conversation: () => Promise<PromptTemplate>;
};

/** The worker as FastChat sees it. Both throw while no model is there. */
export type FastChatWorker = {
  status(): WorkerStatus;
  /** @param name of one of its models; none where there is but one. */
  facts(name?: string | null): FastChatFacts;
};

export function descriptionRoutes(models: Models<Served>, worker: FastChatWorker): Hono {
  const { facts } = worker;
  return new Hono()
    .post("/worker_get_status", (c) => c.json(worker.status()))
    .post("/worker_get_conv_template", async (c) => {
      const { conversation } = facts(await modelIn(c));
      return c.json({ conv: toWorkerConversation(await conversation()) });
    })
    .post("/model_details", async (c) => {
      const { card } = facts(await modelIn(c));
      return c.json({ context_length: card.context_size });
    })
    .post("/count_token", async (c) => {
      const { model = null, prompt } = await readJson(c, WorkerCountQuestion);
      const count = await models.named(model ?? facts().card.id).countTextTokens(prompt);
      return c.json({ count, error_code: 0 });
    })
    .post("/worker_get_embeddings", async (c) => {
      const asked = await readJson(c, WorkerEmbeddingQuestion);
      try {
        const name = asked.model ?? facts().card.id;
        return c.json(await embed(models.named(name), asked, clientSignal(c), name));
      } catch (error) {
        return c.json(failureFrame(c, error)); // with 200: FastChat's api reads nothing else
      }
    });
}

/** Who asks a worker of one model may send no body at all. */
async function modelIn(c: Context): Promise<string | null | undefined> {
  if (c.req.header("content-type") === undefined) return null;
  return (await readJson(c, WorkerModelQuestion)).model;
}

async function embed(
  model: Served,
  { input, encoding_format }: WorkerEmbeddingQuestion,
  signal: AbortSignal,
  name: string,
) {
  assertAble(model, "embeddings");
  const { vectors, tokens } = await model.embed({ input }, signal, name);
  const embedding =
    encoding_format === "base64"
      ? vectors.map(toBase64)
      : vectors.map((vector) => Array.from(vector));
  return { embedding, token_num: tokens };
}

/** Little-endian float32, as numpy writes it. */
function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
