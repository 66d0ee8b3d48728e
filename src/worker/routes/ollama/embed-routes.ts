/** @file Ollama's `/api/embed`, and `/api/embeddings` for its older clients. */
import { Hono } from "hono";
import { readJson } from "../../../http/json.ts";
import { clientSignal } from "../../../http/node-exchange.ts";
import { OllamaEmbeddingsRequest, OllamaEmbedRequest } from "../../../protocol/ollama.ts";
import type { Ready, ServedModel } from "../../served-model.ts";
import { assertAble } from "../capability.ts";
import { assertDimensions, embeddingInputs, shortened } from "../embedding-inputs.ts";
import { assertOllamaName } from "./model-names.ts";

export function ollamaEmbedRoutes(ready: Ready): Hono {
  return new Hono()
    .post("/api/embed", async (c) => {
      const startedAt = performance.now();
      const model = ready();
      const request = await readJson(c, OllamaEmbedRequest);
      assertOllamaName(model, request.model);
      assertAble(model, "embeddings");
      assertDimensions(request.dimensions, model.engine.info.embeddingLength);
      const inputs = toInputs(model, request.input, request.truncate);
      const vectors = await model.engine.embed(inputs, clientSignal(c));
      return c.json({
        model: request.model,
        embeddings: vectors.map((vector) => [...shortened(vector, request.dimensions)]),
        total_duration: Math.round((performance.now() - startedAt) * 1e6),
        load_duration: 0,
        prompt_eval_count: inputs.reduce((sum, { length }) => sum + length, 0),
      });
    })
    .post("/api/embeddings", async (c) => {
      const model = ready();
      const { model: name, prompt } = await readJson(c, OllamaEmbeddingsRequest);
      assertOllamaName(model, name);
      assertAble(model, "embeddings");
      const [vector] = await model.engine.embed(toInputs(model, prompt), clientSignal(c));
      return c.json({ embedding: [...(vector ?? [])] });
    });
}

/** Ollama cuts what is too long, unless it is told not to. */
function toInputs(
  { engine }: ServedModel,
  input: string | string[],
  truncate: boolean | null | undefined = true,
): Int32Array[] {
  return embeddingInputs({ input, truncate }, engine.vocab, engine.info.contextSize);
}
