/**
 * @file What a server says of each of its models: how much it reads, what it can do, whether it
 * sees. Each kind has its own words for that, and most say little.
 *
 * Sources: those of server-probes.ts; Mistral's, OpenRouter's, Groq's and Together's API references
 * for their lists of models.
 */

import type { Capability } from "../../protocol/openai.ts";
import { capabilities as allCapabilities } from "../../protocol/openai.ts";
import type { ModelFacts } from "../../protocol/registry.ts";
import { located } from "../server-address.ts";
import { kindOf, type ServerKindName } from "../server-kinds.ts";
import { askJson, type UpstreamServer } from "../upstream-call.ts";
import { type Entry, geminiEntries, saidByGemini } from "./gemini-models.ts";
import { fieldAt, listAt, sizeAt, textAt } from "./json-fields.ts";
import { listedFacts } from "./listed-facts.ts";
import { guessedCapabilities } from "./model-guess.ts";
import type { Probes } from "./server-probes.ts";

export type FoundModel = {
  /** As the server calls it. */
  name: string;
  contextSize: number | undefined;
  capabilities: Capability[];
  /** Undefined: it does not say. */
  sees: boolean | undefined;
  /** Of Anthropic's: as `RemoteModel` has it. */
  thinksAdaptively?: boolean;
  /** Of its file, where the server tells them. */
  facts?: ModelFacts;
};

/** What one server's words come to; what is left out is guessed. */
type Said = Partial<Omit<FoundModel, "name">>;

const showMs = 5000;
/** Ollama is asked of each of its models, so many at a time. */
const shownAtOnce = 4;

export async function modelsOf(
  server: UpstreamServer,
  kind: ServerKindName,
  probes: Probes,
): Promise<FoundModel[]> {
  const listed = entriesOf(kind, probes);
  const facts = await listedFacts(server, kind);
  const found: FoundModel[] = [];
  for (let at = 0; at < listed.length; at += shownAtOnce) {
    const some = listed.slice(at, at + shownAtOnce);
    const models = await Promise.all(
      some.map(async (entry) => toModel(kind, entry, await saidOf(server, kind, entry, probes))),
    );
    found.push(...models.flatMap((model) => (model ? withFacts(model, facts) : [])));
  }
  return found;
}

function withFacts(model: FoundModel, known: ReadonlyMap<string, ModelFacts>): FoundModel {
  const facts = known.get(model.name);
  return facts === undefined ? model : { ...model, facts };
}

/** All that stand in its list. */
export function namesIn(kind: ServerKindName, probes: Probes): string[] {
  const served = entriesOf(kind, probes).map(({ name }) => name);
  const all = listOf(probes).flatMap((json) => textAt(json, "id") ?? []);
  return [...new Set([...served, ...all])];
}

const listOf = ({ models }: Probes) => (Array.isArray(models) ? models : listAt(models, "data"));

/** Without a list, the one model that a server of its kind has. Aliases of ours are left out. */
function entriesOf(kind: ServerKindName, probes: Probes): Entry[] {
  if (kind === "gemini-native") return geminiEntries(probes.models);
  const list = listOf(probes);
  const only =
    kind === "tabbyapi" // it lists what lies on its disk; this is what it has loaded
      ? textAt(probes.tabby, "id")
      : (textAt(probes.lightllm, "model_name") ?? textAt(probes.info, "model_id"));
  if (only !== undefined && (kind === "tabbyapi" || list.length === 0))
    return [{ name: only, json: kind === "tabbyapi" ? probes.tabby : {} }];
  return list.flatMap((json) => {
    const name = textAt(json, "id");
    const isChild = kind === "fastchat" && textAt(json, "parent") !== undefined;
    return name === undefined || isChild ? [] : [{ name, json }];
  });
}

function toModel(kind: ServerKindName, { name }: Entry, said: Said): FoundModel | null {
  const { isHosted = false } = kindOf(kind) as { isHosted?: boolean };
  const capabilities = said.capabilities ?? guessedCapabilities(name, isHosted);
  if (capabilities === null || capabilities.length === 0) return null;
  const { contextSize, sees, thinksAdaptively = false } = said;
  return { name, contextSize, capabilities, sees, ...(thinksAdaptively && { thinksAdaptively }) };
}

async function saidOf(
  server: UpstreamServer,
  kind: ServerKindName,
  { name, json }: Entry,
  probes: Probes,
): Promise<Said> {
  if (kind === "ollama") return saidByOllama(await show(server, name));
  const contextSize = contextSizeOf(kind, json, probes);
  return {
    ...(contextSize !== undefined && { contextSize }),
    ...abilitiesOf(kind, json, probes),
  };
}

function contextSizeOf(kind: ServerKindName, json: unknown, probes: Probes): number | undefined {
  if (kind === "llama-server") return sizeAt(probes.props, "default_generation_settings", "n_ctx");
  if (kind === "tgi") return sizeAt(probes.info, "max_total_tokens");
  if (kind === "tabbyapi") return sizeAt(json, "parameters", "max_seq_len");
  const own =
    sizeAt(json, "max_model_len") ?? // vLLM, SGLang
    sizeAt(json, "context_length") ?? // ours, OpenRouter, Together
    sizeAt(json, "inputTokenLimit") ?? // Gemini
    sizeAt(json, "max_context_length") ?? // Mistral
    sizeAt(json, "context_window") ?? // Groq
    sizeAt(json, "max_input_tokens"); // Anthropic
  return own ?? (kind === "sglang" ? sizeAt(probes.sglangServer, "context_length") : undefined);
}

function abilitiesOf(kind: ServerKindName, json: unknown, probes: Probes): Said {
  if (kind === "fastchat") {
    const told = listAt(json, "capabilities").filter(isCapability);
    return { capabilities: told.filter((one) => one !== "vision"), sees: told.includes("vision") };
  }
  if (kind === "llama-server")
    return { sees: fieldAt(probes.props, "modalities", "vision") === true };
  if (kind === "tabbyapi") return { sees: fieldAt(json, "parameters", "use_vision") === true };
  if (kind === "sglang") {
    const sees = fieldAt(probes.sglang, "has_image_understanding") === true;
    if (fieldAt(probes.sglang, "is_generation") === false) return { capabilities: ["embeddings"] };
    return { sees };
  }
  if (kind === "mistral") {
    const chats = fieldAt(json, "capabilities", "completion_chat") === true;
    return {
      ...(chats && { capabilities: ["chat"] }),
      sees: fieldAt(json, "capabilities", "vision") === true,
    };
  }
  if (kind === "openrouter")
    return { sees: listAt(json, "architecture", "input_modalities").includes("image") };
  if (kind === "gemini-native") return saidByGemini(json);
  if (kind === "anthropic") return saidByAnthropic(json);
  if (kind === "together") return saidByTogether(json);
  return {};
}

/** Older versions of it say nothing but a name. */
function saidByAnthropic(json: unknown): Said {
  const supports = (...keys: string[]) => fieldAt(json, "capabilities", ...keys, "supported");
  const isAdaptive =
    supports("thinking", "types", "adaptive") === true &&
    supports("thinking", "types", "enabled") === false;
  return {
    capabilities: ["chat"],
    sees: supports("image_input") !== false,
    thinksAdaptively: isAdaptive,
  };
}

function saidByTogether(json: unknown): Said {
  const type = textAt(json, "type");
  if (type === "chat") return { capabilities: ["chat", "completions"] };
  if (type === "embedding") return { capabilities: ["embeddings"] };
  if (type === "rerank") return { capabilities: ["rerank"] };
  if (type === "language" || type === "code") return { capabilities: ["completions"] };
  return type === undefined ? {} : { capabilities: [] };
}

function isCapability(value: unknown): value is Capability {
  return allCapabilities.includes(value as Capability);
}

/** `/api/show`: what a model can do, and the length it was made for. */
async function show(server: UpstreamServer, name: string): Promise<unknown> {
  const [place, path] = located(server, "//api/show");
  const signal = AbortSignal.timeout(showMs);
  return askJson(place, { path, body: { model: name }, signal }).catch(() => null);
}

function saidByOllama(shown: unknown): Said {
  const able = listAt(shown, "capabilities");
  const facts = fieldAt(shown, "model_info");
  const architecture = textAt(facts, "general.architecture");
  const contextSize = sizeAt(facts, `${architecture}.context_length`);
  const capabilities: Capability[] = [
    ...(able.includes("completion") ? (["chat", "completions"] as const) : []),
    ...(able.includes("embedding") ? (["embeddings"] as const) : []),
  ];
  return {
    ...(contextSize !== undefined && { contextSize }),
    ...(capabilities.length > 0 && { capabilities }),
    sees: able.includes("vision"),
  };
}
