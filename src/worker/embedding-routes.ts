/** @file `POST /v1/embeddings`: texts in, unit vectors out, as floats or as base64 of float32. */
import { Hono } from "hono";
import { InvalidRequestError } from "../errors/api-error.ts";
import { readJson } from "../http/json.ts";
import { clientSignal } from "../http/node-exchange.ts";
import { type EmbeddingList, EmbeddingRequest, toList } from "../protocol/openai.ts";
import type { Ready } from "./served-model.ts";

export function embeddingRoutes(ready: Ready): Hono {
  return new Hono().post("/v1/embeddings", async (c) => {
    const model = ready();
    const request = await readJson(c, EmbeddingRequest);
    model.assertName(request.model);
    const { vocab } = model.engine;
    const inputs = toList(request.input).map((input) =>
      typeof input === "string" ? Int32Array.from(vocab.tokenize(input)) : vocab.checked(input),
    );
    const vectors = await model.engine.embed(inputs, clientSignal(c));
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
  });
}

/** The first `dimensions` numbers, made a unit vector again. */
function shortened(vector: Float32Array, dimensions: number | null | undefined): Float32Array {
  if (dimensions == null || dimensions === vector.length) return vector;
  if (dimensions > vector.length)
    throw new InvalidRequestError(`dimensions is at most ${vector.length} here.`, "dimensions");
  const part = vector.slice(0, dimensions);
  const length = Math.hypot(...part) || 1;
  return part.map((x) => x / length);
}

/** Little-endian float32, as both official SDKs read it. */
function encode(vector: Float32Array, format: string | null | undefined): number[] | string {
  if (format !== "base64") return Array.from(vector);
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}
