/** @file Reads FastChat's file of API endpoints; what of it cannot be served is said, and the rest is. */
import { readFileSync } from "node:fs";
import type { z } from "zod";
import { UsageError } from "../errors/usage-error.ts";
import { ApiEndpoint, ApiEndpoints } from "../protocol/api-endpoints.ts";
import { toComplaint, toPath } from "../protocol/complaint.ts";
import { RemoteConfig } from "../protocol/remote-config.ts";
import type { RemoteModelOptions } from "../worker/serve-remote.ts";
import { jsonFault } from "./json-fault.ts";
import { usualKey, usualUpstreams } from "./providers.ts";
import { toRemoteModel } from "./remote-settings.ts";

export type EndpointFile = {
  models: RemoteModelOptions[];
  /** A line for each thing of the file that is not done here. */
  notes: string[];
};

type Served = { backend: RemoteConfig["backend"]; upstream: string; streams?: false };

const openai = { backend: "openai", upstream: usualUpstreams.openai } as const;
const anthropic = { backend: "anthropic", upstream: usualUpstreams.anthropic } as const;
const gemini = { backend: "gemini", upstream: usualUpstreams.gemini } as const;

/** FastChat's `api_type`s, and who speaks for them here. */
const types: Record<string, Served> = {
  openai,
  openai_no_stream: { ...openai, streams: false },
  openai_o1: { ...openai, streams: false },
  anthropic,
  anthropic_message: anthropic,
  gemini,
  gemini_no_stream: gemini,
  mistral: { backend: "openai", upstream: "https://api.mistral.ai/v1" },
  cohere: { backend: "openai", upstream: "https://api.cohere.ai/compatibility/v1" },
  nvidia: { backend: "openai", upstream: "https://integrate.api.nvidia.com/v1" },
};

/**
 * Entries that are wrong are left out, and said so: FastChat too finds them out one by one, and
 * serves the rest.
 *
 * @throws {UsageError} no such file, no JSON, or nothing in it that can be served.
 */
export function readEndpointFile(path: string): EndpointFile {
  const found: EndpointFile = { models: [], notes: [] };
  for (const [name, json] of Object.entries(entriesOf(path))) {
    try {
      const endpoint = checked(ApiEndpoint, json);
      found.models.push(toModel(name, endpoint));
      found.notes.push(...arenaNotes(name, endpoint));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      found.notes.push(`'${name}' in ${path} is left out: ${error.message}`);
    }
  }
  if (found.models.length > 0) return found;
  throw new UsageError(
    [`There is nothing in '${path}' that can be served.`, ...found.notes].join(" "),
  );
}

/** What the Arena is told in its own place. */
function arenaNotes(name: string, endpoint: ApiEndpoint): string[] {
  const place = `arena.models.${name}`;
  return [
    ...(endpoint.anony_only
      ? [`${name}: anony_only is the Arena's to say: ${place}.anonymous_only in models.yaml`]
      : []),
    ...(endpoint["text-arena"] === false
      ? [`${name}: text-arena is the Arena's to say: ${place}.hidden in models.yaml`]
      : []),
  ];
}

function entriesOf(path: string): Record<string, unknown> {
  const result = ApiEndpoints.safeParse(readJson(path));
  if (result.success) return result.data;
  const [, words] = toComplaint(result.error);
  throw new UsageError(`The file of API endpoints '${path}' ${words}.`);
}

function attempted<T>(path: string, why: string | (() => string), act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const words = typeof why === "string" ? why : why();
    throw new UsageError(`The file of API endpoints '${path}': ${words}.`, { cause });
  }
}

function readJson(path: string): unknown {
  const text = attempted(path, "it cannot be read", () => readFileSync(path, "utf8"));
  const fault = () => `it is not JSON (${jsonFault(text)})`;
  return attempted(path, fault, () => JSON.parse(text));
}

/** @throws {UsageError} it cannot be served, and why. */
function toModel(name: string, endpoint: ApiEndpoint): RemoteModelOptions {
  const type = Object.hasOwn(types, endpoint.api_type) ? types[endpoint.api_type] : undefined;
  if (type === undefined)
    throw new UsageError(
      `the api_type '${endpoint.api_type}' is not served here, only ${Object.keys(types).join(", ")}.`,
    );
  const { temperature, top_p, max_new_tokens, extra_body } = endpoint.recommended_config ?? {};
  // A deployment of Azure's is known by its name alone.
  const isAzure = type.upstream === openai.upstream && /azure/i.test(endpoint.model_name);
  const upstream = endpoint.api_base ?? (isAzure ? azureEndpoint() : type.upstream);
  const isOurAzure = isAzure && endpoint.api_base === null;
  const names = { ...theirNames, ...(isOurAzure && { upstream: azureVariable }) };
  const isThinker = endpoint.api_type === "openai_o1"; // refuses a temperature other than 1
  const settings = {
    ...type,
    upstream,
    ...(isAzure && { upstream_kind: "azure" }),
    upstream_model: endpoint.model_name,
    names: [name],
    vision: endpoint["vision-arena"] ?? "auto",
    ...(!isThinker && { temperature: temperature ?? null }),
    top_p: top_p ?? null,
    max_tokens: max_new_tokens ?? null,
    extra_body: extra_body ?? {},
  };
  const config = checked(RemoteConfig, settings, names);
  const apiKey = endpoint.api_key ?? (isOurAzure ? usualKey(upstream, "azure") : undefined);
  return toRemoteModel(config, apiKey);
}

/** FastChat's. */
const azureVariable = "AZURE_OPENAI_ENDPOINT";

function azureEndpoint(): string {
  const endpoint = process.env[azureVariable];
  if (endpoint) return endpoint;
  throw new UsageError(
    `it is a deployment of Azure's: give its api_base, or set ${azureVariable}.`,
  );
}

/** What the file calls our settings. */
const theirNames: Record<string, string> = {
  upstream: "api_base",
  upstream_model: "model_name",
  vision: "vision-arena",
  temperature: "recommended_config.temperature",
  top_p: "recommended_config.top_p",
  max_tokens: "recommended_config.max_new_tokens",
  extra_body: "recommended_config.extra_body",
};

function checked<T extends z.ZodType>(
  schema: T,
  json: unknown,
  names: Record<string, string> = {},
): z.output<T> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [key, words] = toComplaint(result.error, json);
  throw new UsageError(
    `${key.length === 0 ? "it" : (names[toPath(key)] ?? toPath(key))} ${words}.`,
  );
}
