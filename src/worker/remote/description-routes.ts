/**
 * @file What clients ask of a model that another server computes: Ollama's `/api/show`, llama-server's
 * `/props` and `/slots`. A server that has the route itself is asked; `/api/show` is else answered by
 * what is known here, and the others are refused by a sentence that names who serves the model.
 */
import { Hono } from "hono";
import { toShownModel } from "../../dialects/ollama/models.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { countHops } from "../../http/hops.ts";
import { readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { OllamaShowRequest } from "../../protocol/ollama.ts";
import type { ServedModel as ModelCard } from "../../protocol/registry.ts";
import { describes, propsOf, shownBy, slotsOf } from "../../remote/own-description.ts";
import type { RemoteModel } from "../../remote/remote-model.ts";
import { ollamaListRoutes } from "../../serving/ollama/list-routes.ts";
import { ollamaModel } from "../../serving/ollama/model-names.ts";
import type { RemoteModels } from "./remote-models.ts";

export function remoteDescriptionRoutes(models: RemoteModels): Hono {
  const required = { named: (name: string) => models.required(name), has: models.has.bind(models) };
  const describing = (path: "/props" | "/slots", name: string | undefined): RemoteModel => {
    const found = name === undefined ? models.only() : models.required(name);
    if (found === undefined) throw new InvalidRequestError("Name the model in 'model'.", "model");
    if (!describes(found.remote, path)) throw absent(found.remote.card, path);
    return found.remote;
  };
  return new Hono()
    .route(
      "/",
      ollamaListRoutes(() => models.all().map(({ remote }) => remote.card)),
    )
    .post("/api/show", countHops, async (c) => {
      const { model: name } = await readJson(c, OllamaShowRequest);
      const { remote } = ollamaModel(required, name);
      if (describes(remote, "/api/show")) return c.json(await shownBy(remote, clientSignal(c)));
      return c.json(toShown(remote.card));
    })
    .get("/props", countHops, async (c) => {
      const remote = describing("/props", c.req.query("model"));
      return c.json(await propsOf(remote, clientSignal(c)));
    })
    .get("/slots", countHops, async (c) => {
      const remote = describing("/slots", c.req.query("model"));
      const failsIfBusy = Boolean(c.req.query("fail_on_no_slot"));
      return c.json(await slotsOf(remote, failsIfBusy, clientSignal(c)));
    });
}

function absent({ id, upstream }: ModelCard, path: string): InvalidRequestError {
  return new InvalidRequestError(
    `The model '${id}' is served by a server of kind '${upstream?.kind ?? "unknown"}' elsewhere, which has no ${path}.`,
    "model",
    "unsupported_capability",
  );
}

/** Nobody tells the architecture, and Ollama's clients look for the context by its name. */
function toShown(card: ModelCard): object {
  const { capabilities, context_size, upstream } = card;
  const generates = capabilities.includes("chat") || capabilities.includes("completions");
  const able: [string, boolean][] = [
    ["completion", generates],
    ["tools", capabilities.includes("chat")],
    ["vision", capabilities.includes("vision")],
    ["embedding", capabilities.includes("embeddings")],
  ];
  const architecture = card.facts?.architecture ?? "unknown";
  return toShownModel(card, {
    capabilities: able.flatMap(([name, has]) => (has ? [name] : [])),
    model_info: {
      "general.architecture": architecture,
      "general.basename": upstream?.model ?? card.id,
      [`${architecture}.context_length`]: context_size,
    },
  });
}
