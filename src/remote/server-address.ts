/** @file Where a server is asked, out of what people write for it. */
import type { ServerKindName } from "./server-kinds.ts";
import type { UpstreamServer } from "./upstream-call.ts";

export type ServerAddress = {
  /** What `/chat/completions` is added to. */
  baseUrl: string;
  /** Added to every path: `?api-version=…`. */
  query: string;
  /** Known from its host alone. */
  kind: ServerKindName | null;
};

const hosts: [RegExp, ServerKindName][] = [
  [/(^|\.)api\.openai\.com$/, "openai"],
  [/\.openai\.azure\.com$|\.cognitiveservices\.azure\.com$|\.services\.ai\.azure\.com$/, "azure"],
  [/(^|\.)api\.anthropic\.com$/, "anthropic"],
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
const usualPaths: Partial<Record<ServerKindName, string>> = {
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
export function serverAddress(text: string, own?: ServerKindName | null): ServerAddress {
  const url = new URL(text);
  if (own === "gemini-native") return geminiAddress(url);
  if (own === "anthropic") return anthropicAddress(url);
  const kind = hosts.find(([pattern]) => pattern.test(url.hostname))?.[1] ?? null;
  const given = url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  const path = given === "" ? ((kind && usualPaths[kind]) ?? "/v1") : given;
  return { baseUrl: `${url.origin}${path}`, query: url.search, kind };
}

/** With or without its version; what stands behind that is left out. */
function geminiAddress(url: URL): ServerAddress {
  const [given = ""] = /^.*?\/v1(?:alpha|beta)?(?=\/|$)/.exec(url.pathname) ?? [];
  const path = given === "" ? `${url.pathname.replace(/\/+$/, "")}/v1beta` : given;
  return { baseUrl: `${url.origin}${path}`, query: url.search, kind: "gemini-native" };
}

/** Anthropic's clients are told a base without `/v1`, at whatever path it stands. */
function anthropicAddress(url: URL): ServerAddress {
  const given = url.pathname.replace(/\/+$/, "").replace(/\/messages$/, "");
  const path = given.endsWith("/v1") ? given : `${given}/v1`;
  return { baseUrl: `${url.origin}${path}`, query: url.search, kind: "anthropic" };
}

/** The same server, asked with one more parameter. */
export function withQuery(server: UpstreamServer, parameter: string): UpstreamServer {
  const { query } = server;
  return { ...server, query: query === undefined ? `?${parameter}` : `${query}&${parameter}` };
}

/** The path behind `baseUrl` of one that may stand at the server's root, as `server-kinds.ts` has them. */
export function located(server: UpstreamServer, path: string): [UpstreamServer, string] {
  if (!path.startsWith("//")) return [server, path];
  return [{ ...server, baseUrl: server.baseUrl.replace(/\/v1$/, "") }, path.slice(1)];
}
