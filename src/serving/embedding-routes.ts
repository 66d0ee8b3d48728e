/** @file `POST /v1/embeddings`: texts in, unit vectors out, as floats or as base64 of float32. */
import { type Context, Hono } from "hono";
import { readJson } from "../http/json.ts";
import { clientSignal } from "../http/node-exchange.ts";
import { EmbeddingBody, EngineEmbeddingBody } from "../protocol/embeddings.ts";
import type { EmbeddingList } from "../protocol/openai.ts";
import type { Embedder } from "../protocol/speaker.ts";
import { assertAble } from "./capability.ts";
import type { Models } from "./models.ts";

export function embeddingRoutes(models: Models<Embedder>): Hono {
  return new Hono()
    .post("/v1/embeddings", async (c) => embed(c, models, await readJson(c, EmbeddingBody)))
    .post("/v1/engines/:model{.+}/embeddings", async (c) => {
      const request = await readJson(c, EngineEmbeddingBody);
      return embed(c, models, { ...request, model: c.req.param("model") });
    });
}

async function embed(
  c: Context,
  models: Models<Embedder>,
  { model: name, ...input }: EmbeddingBody,
): Promise<Response> {
  const model = models.named(name);
  assertAble(model, "embeddings");
  const { vectors, tokens } = await model.embed(input, clientSignal(c), name);
  const body: EmbeddingList = {
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: encode(vector, input.encoding_format),
    })),
    model: name,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
  return c.json(body);
}

/** Little-endian float32, as both official SDKs read it. */
function encode(vector: Float32Array, format: string | null | undefined): number[] | string {
  if (format !== "base64") return Array.from(vector);
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}
