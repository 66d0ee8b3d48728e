/**
 * @file What FastChat's servers ask a worker beside answers: its status, its template, the length of
 * its context, how many tokens a prompt has, and vectors.
 */
import { Hono } from "hono";
import type { PromptTemplate } from "../../chat/fastchat/conversation-template.ts";
import { toWorkerConversation } from "../../chat/fastchat/worker-conversation.ts";
import { readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { namesOf } from "../../protocol/adapter-names.ts";
import type { WorkerStatus } from "../../protocol/fastchat-controller.ts";
import { WorkerCountQuestion, WorkerEmbeddingQuestion } from "../../protocol/fastchat-worker.ts";
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
  /** Requests that run or wait. */
  queueLength: number;
};

/** @param facts throws while the model is not there. */
export function descriptionRoutes(models: Models<Served>, facts: () => FastChatFacts): Hono {
  return new Hono()
    .post("/worker_get_status", (c) => c.json(toStatus(facts())))
    .post("/worker_get_conv_template", async (c) =>
      c.json({ conv: toWorkerConversation(await facts().conversation()) }),
    )
    .post("/model_details", (c) => c.json({ context_length: facts().card.context_size }))
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

function toStatus({ card, queueLength }: FastChatFacts): WorkerStatus {
  return { model_names: namesOf(card), speed: 1, queue_length: queueLength };
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
