/**
 * @file What stands before the routes of every dialect: the short way for requests whose dialect the
 * server behind the model speaks itself. The others' places are taken where they are translated
 * (`placed-speaker.ts`).
 */
import type { MiddlewareHandler } from "hono";
import { z } from "zod";
import { withoutLatest } from "../../dialects/ollama/models.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { readBody } from "../../http/body.ts";
import { decoded } from "../../http/decoded.ts";
import { parseJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { countAs } from "../../http/request-metrics.ts";
import type { Capability } from "../../protocol/openai.ts";
import { passedBody } from "../../remote/passed-body.ts";
import { passedPath, passOn } from "../../remote/passthrough.ts";
import { assertAble } from "../../serving/capability.ts";
import type { RemoteModels } from "./remote-models.ts";

/** All that is read of a request; the server behind reads the rest. */
const Asked = z.looseObject({
  model: z.string().nullish(),
  /** Ollama's older clients'. */
  name: z.unknown().optional(),
  stream: z.unknown().optional(),
  messages: z.unknown().optional(),
});

export function remoteGate(models: RemoteModels): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method !== "POST" || namesNoModel.test(c.req.path)) return next();
    const bytes = await readBody(c);
    const asked = parseJson(bytes, Asked);
    const name = nameIn(asked, c.req.path);
    const model =
      name == null ? models.only() : models.find(withoutLatest(name, (one) => models.has(one)));
    if (model === undefined) {
      if (name != null && models.awaits(name)) countAs(c, name);
      if (name == null) throw new InvalidRequestError("Name the model in 'model'.", "model");
      return next(); // the route says it in its dialect
    }
    const { remote, preparation } = model;
    const path = passedPath(remote, c.req.path);
    countAs(c, remote.card.id, path === null ? undefined : c.req.path);
    if (path === null) return next();
    const leave = model.places.enter();
    try {
      const able = capabilityFor(path);
      if (able !== null) assertAble(remote, able);
      const body = await passedBody(remote, path, asked, preparation, () => clientSignal(c));
      return await passOn(c, remote, path, body, name);
    } finally {
      leave();
    }
  };
}

/** What is asked of several models, or of none; FastChat's routes have failures of their own. */
const namesNoModel =
  /^\/(api\/v1\/token_check|v1\/responses\/[^/]+\/cancel|worker_\w+|count_token|model_details)$/;

function nameIn({ model, name }: z.infer<typeof Asked>, path: string): string | undefined {
  if (model != null) return model;
  if (path.startsWith("/api/") && typeof name === "string") return name;
  const engine = /^\/v1\/engines\/(.+)\/embeddings$/.exec(path)?.[1];
  return engine === undefined ? undefined : decoded(engine);
}

function capabilityFor(path: string): Capability | null {
  if (path === "/chat/completions" || path.startsWith("/messages")) return "chat";
  if (path === "/completions") return "completions";
  if (path === "/embeddings") return "embeddings";
  return /rerank/.test(path) ? "rerank" : null;
}
