/** @file What kind of server stands at an address, and which models it has, from its own routes. */
import { withQuery } from "../server-address.ts";
import { kindOf, type ServerKindName } from "../server-kinds.ts";
import type { UpstreamServer } from "../upstream-call.ts";
import { fieldAt, listAt, textAt } from "./json-fields.ts";
import { type FoundModel, modelsOf, namesIn } from "./model-facts.ts";
import { type Probes, probeServer } from "./server-probes.ts";

export type FoundServer = {
  kind: ServerKindName;
  version: string | undefined;
  models: FoundModel[];
  /** Every name in its list, of aliases, adapters and models that are not served here too. */
  names: string[];
};

/** What the first model of the list says of who has it. */
const owners: Record<string, ServerKindName> = {
  vllm: "vllm",
  sglang: "sglang",
  llamacpp: "llama-server",
  tabbyAPI: "tabbyapi",
  lightllm: "lightllm",
  library: "ollama",
};

/** Their lists come in short pages otherwise; of 1000 at most. */
const listQueries: Partial<Record<ServerKindName, string>> = {
  "gemini-native": "pageSize=1000",
  anthropic: "limit=1000",
};

/**
 * @param known What it is, where that is known without asking.
 * @throws {ApiError} it is away, or refuses our key.
 */
export async function detectServer(
  server: UpstreamServer,
  known: ServerKindName | null,
): Promise<FoundServer> {
  const query = listQueries[known ?? "unknown"];
  const asked = query === undefined ? server : withQuery(server, query);
  const probes = await probeServer(asked, known !== null && kindOf(known).isHosted === true);
  const kind = known ?? kindFrom(probes);
  return {
    kind,
    version: versionOf(kind, probes),
    models: await modelsOf(server, kind, probes),
    names: namesIn(kind, probes),
  };
}

function kindFrom(probes: Probes): ServerKindName {
  const [first] = listAt(probes.models, "data");
  const owner = textAt(first, "owned_by");
  if (owner === "fastchat") return fieldAt(first, "capabilities") ? "fastchat" : "fastchat-python";
  if (owner !== undefined && Object.hasOwn(owners, owner)) return owners[owner] ?? "unknown";
  if (textAt(probes.sglang, "model_path")) return "sglang";
  if (textAt(probes.info, "model_id") && fieldAt(probes.info, "max_total_tokens")) return "tgi";
  if (textAt(probes.lightllm, "model_name")) return "lightllm";
  if (fieldAt(probes.props, "default_generation_settings")) return "llama-server";
  if (textAt(probes.ollama, "version")) return "ollama";
  if (typeof probes.litellm === "string" && /alive/i.test(probes.litellm)) return "litellm";
  return "unknown";
}

function versionOf(kind: ServerKindName, probes: Probes): string | undefined {
  const said: Partial<Record<ServerKindName, string | undefined>> = {
    vllm: textAt(probes.version, "version"),
    fastchat: textAt(probes.version, "version"),
    sglang: textAt(probes.sglangServer, "version"),
    tgi: textAt(probes.info, "version"),
    "llama-server": textAt(probes.props, "build_info"),
    ollama: textAt(probes.ollama, "version"),
  };
  return said[kind]?.slice(0, 64);
}
