/** @file Where an OpenAI-compatible server is asked, out of what people write for it. */
import type { UpstreamKind } from "../protocol/remote-config.ts";
import type { UpstreamServer } from "./upstream-call.ts";

export type ServerAddress = {
  /** What `/chat/completions` is added to. */
  baseUrl: string;
  /** Added to every path: `?api-version=…`. */
  query: string;
  /** Known from its host alone. */
  kind: UpstreamKind | null;
};

const hosts: [RegExp, UpstreamKind][] = [
  [/(^|\.)api\.openai\.com$/, "openai"],
  [/\.openai\.azure\.com$|\.cognitiveservices\.azure\.com$|\.services\.ai\.azure\.com$/, "azure"],
  [/(^|\.)api\.mistral\.ai$/, "mistral"],
  [/(^|\.)api\.cohere\.(com|ai)$/, "cohere"],
  [/(^|\.)generativelanguage\.googleapis\.com$/, "gemini"],
  [/(^|\.)api\.together\.(xyz|ai)$/, "together"],
  [/(^|\.)api\.groq\.com$/, "groq"],
  [/(^|\.)openrouter\.ai$/, "openrouter"],
  [/(^|\.)api\.deepseek\.com$/, "deepseek"],
  [/(^|\.)integrate\.api\.nvidia\.com$/, "nvidia"],
];

/** What stands in for `/v1`, where a host wants something else and only the host was given. */
const usualPaths: Partial<Record<UpstreamKind, string>> = {
  azure: "/openai/v1",
  cohere: "/compatibility/v1",
  gemini: "/v1beta/openai",
  groq: "/openai/v1",
  openrouter: "/api/v1",
};

/**
 * The base of a server's OpenAI API: with or without `/v1`, with or without a slash at its end, or
 * the whole URL of its chat completions. A path of more than that is taken as it is.
 *
 * Azure: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
 */
export function serverAddress(text: string): ServerAddress {
  const url = new URL(text);
  const kind = hosts.find(([pattern]) => pattern.test(url.hostname))?.[1] ?? null;
  const given = url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  const path = given === "" ? ((kind && usualPaths[kind]) ?? "/v1") : given;
  return { baseUrl: `${url.origin}${path}`, query: url.search, kind };
}

/** Azure knows keys by another header; everybody else by OpenAI's. */
export function keyHeaders(kind: string | null, apiKey: string | undefined) {
  if (apiKey === undefined) return {};
  return kind === "azure" ? { "api-key": apiKey } : { authorization: `Bearer ${apiKey}` };
}

/** The path behind `baseUrl` of one that may stand at the server's root, as `server-kinds.ts` has them. */
export function located(server: UpstreamServer, path: string): [UpstreamServer, string] {
  if (!path.startsWith("//")) return [server, path];
  return [{ ...server, baseUrl: server.baseUrl.replace(/\/v1$/, "") }, path.slice(1)];
}
