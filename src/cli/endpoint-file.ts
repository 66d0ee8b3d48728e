/** @file Reads FastChat's file of API endpoints; what of it cannot be served is said, and the rest is. */
import { readFileSync } from "node:fs";
import { UsageError } from "../errors/usage-error.ts";
import { type ApiEndpoint, ApiEndpoints } from "../protocol/api-endpoints.ts";
import { toComplaint, toPath } from "../protocol/complaint.ts";
import { RemoteConfig } from "../protocol/remote-config.ts";
import type { RemoteModelOptions } from "../worker/serve-remote.ts";
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

/** @throws {UsageError} no such file, no JSON, a bad value, or nothing in it that can be served. */
export function readEndpointFile(path: string): EndpointFile {
  const found: EndpointFile = { models: [], notes: [] };
  for (const [name, endpoint] of Object.entries(parsed(path))) {
    const model = toModel(name, endpoint);
    if (model === null)
      found.notes.push(`${name}: api_type '${endpoint.api_type}' is not served here`);
    else found.models.push(model);
    if (endpoint.anony_only)
      found.notes.push(
        `${name}: anony_only is the Arena's to say: arena.models.${name}.anonymous_only in models.yaml`,
      );
    if (endpoint["text-arena"] === false)
      found.notes.push(
        `${name}: text-arena is the Arena's to say: arena.models.${name}.hidden in models.yaml`,
      );
  }
  if (found.models.length === 0)
    throw new UsageError(`There is nothing in '${path}' that can be served.`);
  return found;
}

function parsed(path: string): Record<string, ApiEndpoint> {
  const result = ApiEndpoints.safeParse(readJson(path));
  if (result.success) return result.data;
  const [key, words] = toComplaint(result.error);
  throw new UsageError(`${path}: ${toPath(key)} ${words}.`);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? "it is not JSON" : "it cannot be read";
    throw Object.assign(new UsageError(`The file of API endpoints '${path}': ${why}.`), { cause });
  }
}

function toModel(name: string, endpoint: ApiEndpoint): RemoteModelOptions | null {
  const type = Object.hasOwn(types, endpoint.api_type) ? types[endpoint.api_type] : undefined;
  if (type === undefined) return null;
  const { temperature, top_p, max_new_tokens, extra_body } = endpoint.recommended_config ?? {};
  // A deployment of Azure's is known by its name alone.
  const isAzure = type.upstream === openai.upstream && /azure/i.test(endpoint.model_name);
  const upstream = endpoint.api_base ?? (isAzure ? azureEndpoint(name) : type.upstream);
  const isThinker = endpoint.api_type === "openai_o1"; // refuses a temperature other than 1
  const model = toRemoteModel(
    checkedConfig(name, {
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
    }),
  );
  const isOurAzure = isAzure && endpoint.api_base == null;
  const apiKey = endpoint.api_key ?? (isOurAzure ? usualKey(upstream, "azure") : model.apiKey);
  return { ...model, apiKey };
}

/** FastChat's environment variable for it. */
function azureEndpoint(name: string): string {
  const endpoint = process.env.AZURE_OPENAI_ENDPOINT;
  if (endpoint) return endpoint;
  throw new UsageError(
    `${name} is a deployment of Azure's: give its api_base, or set AZURE_OPENAI_ENDPOINT.`,
  );
}

function checkedConfig(name: string, config: object): RemoteConfig {
  const result = RemoteConfig.safeParse(config);
  if (result.success) return result.data;
  const [key, words] = toComplaint(result.error);
  throw new UsageError(`${name}: ${toPath(key)} ${words}.`);
}
