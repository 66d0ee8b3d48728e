/** @file What Ollama's clients ask about models: `/api/tags`, `/api/ps`, `/api/show`, `/api/version`. */
import { Hono } from "hono";
import { toShownModel } from "../../../dialects/ollama/models.ts";
import { readJson } from "../../../http/json.ts";
import type { ModelDescription } from "../../../llama/model-description.ts";
import { OllamaShowRequest } from "../../../protocol/ollama.ts";
import type { ServedModel as ModelCard } from "../../../protocol/registry.ts";
import { oneModel } from "../../../serving/models.ts";
import { ollamaListRoutes } from "../../../serving/ollama/list-routes.ts";
import { ollamaModel } from "../../../serving/ollama/model-names.ts";
import { recommendedSampling } from "../recommended-sampling.ts";

type DescribedModel = {
  card: ModelCard;
  description: ModelDescription;
  format: { template?: string };
  assertName(name: string): void;
  /** What the template shows of calls and of thoughts. */
  output: { reasoningFormat: string | null };
  engine: { vocab: { fim: object | null } };
};

export function ollamaModelRoutes(ready: () => DescribedModel): Hono {
  return new Hono()
    .route(
      "/",
      ollamaListRoutes(() => [ready().card]),
    )
    .post("/api/show", async (c) => {
      const { model: name } = await readJson(c, OllamaShowRequest);
      return c.json(toShown(ollamaModel(oneModel(ready), name)));
    });
}

function toShown(model: DescribedModel) {
  const { card, description, format } = model;
  const sampling = Object.entries(recommendedSampling(description));
  return toShownModel(card, {
    parameters: sampling.map(([name, value]) => `${name} ${value}`).join("\n"),
    template: format.template ?? "",
    model_info: toModelInfo(description),
    capabilities: toCapabilities(model),
  });
}

/** By the keys that a GGUF file has for them. */
function toModelInfo(description: ModelDescription): Record<string, string | number> {
  const { architecture, tokenizer } = description;
  const entries: [string, string | number | undefined][] = [
    ["general.architecture", architecture],
    ["general.basename", description.name],
    ["general.parameter_count", description.parameterCount],
    [`${architecture}.context_length`, description.contextLength],
    [`${architecture}.embedding_length`, description.embeddingLength],
    [`${architecture}.block_count`, description.layers],
    ["tokenizer.ggml.model", tokenizer.model],
    ["tokenizer.ggml.pre", tokenizer.pre],
  ];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}

/** In Ollama's words. */
function toCapabilities({ card, output, engine }: DescribedModel): string[] {
  const generates = card.capabilities.includes("completions");
  const all: [string, boolean][] = [
    ["completion", generates],
    ["tools", generates],
    ["thinking", generates && output.reasoningFormat !== null],
    ["insert", generates && engine.vocab.fim !== null],
    ["embedding", card.capabilities.includes("embeddings")],
  ];
  return all.flatMap(([name, has]) => (has ? [name] : []));
}
