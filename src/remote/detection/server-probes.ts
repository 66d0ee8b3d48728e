/**
 * @file What a server says of itself on the routes that only one kind of server has.
 *
 * Sources: vLLM's and SGLang's http_server.py, TGI's /info, LightLLM's api_http.py, tabbyAPI's
 * endpoints/core, llama.cpp's tools/server/README.md, Ollama's docs/api.md, LiteLLM's health checks.
 */
import type { ApiError } from "../../errors/api-error.ts";
import { located } from "../server-address.ts";
import { askJson, type UpstreamServer } from "../upstream-call.ts";

/** What each route answered; null where it did not answer with JSON. */
export type Probes = {
  models: unknown;
  version: unknown;
  sglang: unknown;
  sglangServer: unknown;
  info: unknown;
  props: unknown;
  ollama: unknown;
  lightllm: unknown;
  tabby: unknown;
  litellm: unknown;
};

const routes = {
  models: "/models",
  version: "//version",
  sglang: "//get_model_info",
  sglangServer: "//get_server_info",
  info: "//info",
  props: "//props",
  ollama: "//api/version",
  lightllm: "//get_model_name",
  tabby: "/model",
  litellm: "//health/liveliness",
} as const satisfies Record<keyof Probes, string>;

const probeMs = 5000;

/** How a server that is away, or that does not know our key, is known. */
const decisive = new Set([
  "upstream_unreachable",
  "upstream_lost",
  "upstream_silent",
  "upstream_unauthorized",
]);

/**
 * Asks all routes at once.
 *
 * @param isHosted Of a provider's server only the list of models is of interest.
 * @throws {ApiError} it is away, or refuses our key.
 */
export async function probeServer(server: UpstreamServer, isHosted: boolean): Promise<Probes> {
  const names = isHosted ? (["models"] as const) : (Object.keys(routes) as (keyof Probes)[]);
  const answers = await Promise.all(
    names.map(async (name) => [name, await probe(server, routes[name], name === "models")]),
  );
  const silent = Object.fromEntries(Object.keys(routes).map((name) => [name, null]));
  return { ...silent, ...Object.fromEntries(answers) } as Probes;
}

async function probe(server: UpstreamServer, path: string, isDecisive: boolean): Promise<unknown> {
  const [place, own] = located({ ...server, silenceMs: probeMs }, path);
  try {
    return await askJson(place, { path: own, signal: AbortSignal.timeout(2 * probeMs) });
  } catch (error) {
    if (isDecisive && decisive.has(String((error as ApiError).code))) throw error;
    return null;
  }
}
