/** @file `POST /v1/embeddings`: texts in, unit vectors out, as floats or as base64 of float32. */
import { type Context, Hono } from "hono";
import { readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { EmbeddingBody, EngineEmbeddingBody } from "../../protocol/embeddings.ts";
import type { EmbeddingList } from "../../protocol/openai.ts";
import type { Ready, ServedModel } from "../served-model.ts";
import { assertAble } from "./capability.ts";
import { assertDimensions, embeddingInputs, shortened } from "./embedding-inputs.ts";

export function embeddingRoutes(ready: Ready): Hono {
  return new Hono()
    .post("/v1/embeddings", async (c) => {
      const model = ready();
      return embed(c, model, await readJson(c, EmbeddingBody));
    })
    .post("/v1/engines/:model{.+}/embeddings", async (c) => {
      const model = ready();
      const request = await readJson(c, EngineEmbeddingBody);
      return embed(c, model, { ...request, model: c.req.param("model") });
    });
}

async function embed(c: Context, model: ServedModel, request: EmbeddingBody): Promise<Response> {
  model.assertName(request.model);
  assertAble(model, "embeddings");
  const { engine } = model;
  assertDimensions(request.dimensions, engine.info.embeddingLength);
  const inputs = embeddingInputs(request, engine.vocab, engine.info.contextSize);
  const vectors = await engine.embed(inputs, clientSignal(c));
  const tokens = inputs.reduce((sum, { length }) => sum + length, 0);
  const body: EmbeddingList = {
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: encode(shortened(vector, request.dimensions), request.encoding_format),
    })),
    model: request.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
  return c.json(body);
}

/** Little-endian float32, as both official SDKs read it. */
function encode(vector: Float32Array, format: string | null | undefined): number[] | string {
  if (format !== "base64") return Array.from(vector);
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}
