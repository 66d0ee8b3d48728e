/** @file Ollama's `/api/embed`, and `/api/embeddings` for its older clients. */
import { Hono } from "hono";
import { readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { OllamaEmbeddingsRequest, OllamaEmbedRequest } from "../../protocol/ollama.ts";
import type { Embedder } from "../../protocol/speaker.ts";
import { assertAble } from "../capability.ts";
import type { Models } from "../models.ts";
import { ollamaModel } from "./model-names.ts";

export function ollamaEmbedRoutes(models: Models<Embedder>): Hono {
  return new Hono()
    .post("/api/embed", async (c) => {
      const startedAt = performance.now();
      const { model: name, input, truncate, dimensions } = await readJson(c, OllamaEmbedRequest);
      const model = ollamaModel(models, name);
      assertAble(model, "embeddings");
      // Ollama cuts what is too long, unless it is told not to.
      const asked = { input, truncate: truncate ?? true, dimensions };
      const { vectors, tokens } = await model.embed(asked, clientSignal(c), name);
      return c.json({
        model: name,
        embeddings: vectors.map((vector) => [...vector]),
        total_duration: Math.round((performance.now() - startedAt) * 1e6),
        load_duration: 0,
        prompt_eval_count: tokens,
      });
    })
    .post("/api/embeddings", async (c) => {
      const { model: name, prompt } = await readJson(c, OllamaEmbeddingsRequest);
      const model = ollamaModel(models, name);
      assertAble(model, "embeddings");
      const asked = { input: prompt, truncate: true };
      const { vectors } = await model.embed(asked, clientSignal(c), name);
      return c.json({ embedding: [...(vectors[0] ?? [])] });
    });
}
