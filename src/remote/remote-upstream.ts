/** @file A server that a worker stands in front of, as its settings have it, and the models found there. */
import { closeNames } from "../chat/close-names.ts";
import { UpstreamError } from "../errors/upstream-errors.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { HttpClient } from "../http/client.ts";
import { urlInWords } from "../http/url-in-words.ts";
import type { Capability } from "../protocol/openai.ts";
import type { ServedModel } from "../protocol/registry.ts";
import type { Backend, UpstreamKind } from "../protocol/remote-config.ts";
import { detectServer, type FoundServer } from "./detection/detect-server.ts";
import type { FoundModel } from "./detection/model-facts.ts";
import { guessedCapabilities } from "./detection/model-guess.ts";
import { keyHeaders } from "./key-headers.ts";
import type { RemoteModel } from "./remote-model.ts";
import { located, type ServerAddress, serverAddress } from "./server-address.ts";
import { kindOf, type ServerKindName } from "./server-kinds.ts";
import { openAnswer, type UpstreamServer } from "./upstream-call.ts";

/** Of the backends whose servers are of one kind, whatever stands at their address. */
const ownKinds: Partial<Record<Backend, ServerKindName>> = {
  anthropic: "anthropic",
  gemini: "gemini-native",
};

export type RemoteUpstream = {
  backend: Backend;
  /** With or without `/v1`. */
  url: string;
  apiKey?: string | undefined;
  /** Null: as its host or its routes tell. */
  kind?: UpstreamKind | null | undefined;
  /** What the model is called there; none: every model that the server lists, by its own name. */
  upstreamModel?: string | undefined;
  /** The model's id, then other names; none: what it is called there. */
  names: readonly string[];
  vision: boolean | "auto";
  contextSize: number | "auto";
  /** Null: what the server says, or the model's name. */
  capabilities: readonly Capability[] | null;
  /** Fields that every request has beside its own. */
  extraBody?: object | undefined;
  /** False: the server can only answer whole. */
  streams?: boolean | undefined;
  /** After so long without a byte an answer is given up. */
  silenceMs: number;
};

/** Where nothing is said, of the servers in the cloud and of those at home. */
const usualContextSize = { hosted: 128_000, local: 8192 };
const visionByNature = new Set(["openai", "azure", "gemini-native", "anthropic"]);

export type FoundModels = {
  models: RemoteModel[];
  /** A sentence: the server does not list the model that is wanted. */
  doubt: string | null;
};

/**
 * Asks a server what it is and what it has.
 *
 * @throws {ApiError} it is away, has nothing yet, or refuses our key.
 * @throws {UsageError} the settings do not go with what it has.
 */
export async function findModels(
  upstream: RemoteUpstream,
  client: HttpClient,
): Promise<FoundModels> {
  const { kind } = addressOf(upstream);
  if (kind === "anthropic" && upstream.backend !== "anthropic")
    throw new UsageError(
      `The server at ${urlInWords(upstream.url)} speaks Anthropic's API: use --backend anthropic.`,
    );
  const found = await detectServer(serverFor(upstream, client), kind);
  const { models, doubt } = wantedModels(upstream, found);
  return { models: models.map((model) => toRemoteModel(upstream, client, found, model)), doubt };
}

/** Whether the server answers; what it answers matters only where it says that it is not well. */
export async function isWell(model: RemoteModel): Promise<boolean> {
  const { health } = kindOf(model.card.upstream?.kind);
  const [place, path] = located({ ...model.server, silenceMs: healthMs }, health);
  try {
    const answer = await openAnswer(place, { path, signal: AbortSignal.timeout(2 * healthMs) });
    answer.resume(); // its connection is of use again once it is read
    return true;
  } catch (error) {
    const { code, status } = error as { code?: unknown; status?: unknown };
    return status !== undefined && !/^upstream_(unreachable|lost|silent|error)$/.test(String(code));
  }
}

const healthMs = 5000;

function serverFor(upstream: RemoteUpstream, client: HttpClient, model?: string): UpstreamServer {
  const { baseUrl, query, kind } = addressOf(upstream);
  return {
    client,
    baseUrl,
    ...(query !== "" && { query }),
    headers: keyHeaders(kind, upstream.apiKey),
    model: model ?? upstream.names[0] ?? upstream.upstreamModel ?? baseUrl,
    silenceMs: upstream.silenceMs,
  };
}

function addressOf({ backend, url, kind }: RemoteUpstream): ServerAddress {
  const own = ownKinds[backend] ?? null;
  const address = serverAddress(url, own);
  return { ...address, kind: own ?? kind ?? address.kind };
}

function wantedModels(
  upstream: RemoteUpstream,
  found: FoundServer,
): { models: FoundModel[]; doubt: string | null } {
  const { upstreamModel, url, names } = upstream;
  if (upstreamModel !== undefined) return wantedModel(upstreamModel, url, found);
  const { models } = found;
  if (models.length === 0)
    throw new UpstreamError(
      names[0] ?? urlInWords(url),
      "lists no models: name one with --upstream-model",
    );
  if (names.length > 0 && models.length > 1)
    throw new UsageError(
      `The server at ${urlInWords(url)} has several models (${models.map(({ name }) => name).join(", ")}): say with --upstream-model which of them is '${names[0]}'.`,
    );
  return { models, doubt: null };
}

function wantedModel(wanted: string, url: string, found: FoundServer) {
  // Capitals are of no meaning to Ollama.
  const folded = (name: string) => (found.kind === "ollama" ? name.toLowerCase() : name);
  const isIt = ({ name }: FoundModel) =>
    [name, `models/${name}`].includes(wanted) ||
    [wanted, `${wanted}:latest`].map(folded).includes(folded(name));
  // Anthropic lists `claude-…-20250929`, and answers to the name without its date.
  const dated = found.models.find(({ name }) => name.replace(/-\d{8}$/, "") === wanted);
  const alias = dated && { ...dated, name: wanted };
  const listed = found.models.find(isIt) ?? alias;
  if (listed !== undefined) return { models: [listed], doubt: null };
  const isKnown = found.names.length === 0 || found.names.includes(wanted);
  const doubt = isKnown ? null : unlistedInWords(wanted, url, found.names);
  if (doubt !== null && kindOf(found.kind).listsAll) throw new UsageError(doubt);
  return { models: [unlisted(wanted, found)], doubt };
}

/** How many names are shown where none comes near. */
const shownNames = 8;

function unlistedInWords(wanted: string, url: string, names: readonly string[]): string {
  const near = closeNames(wanted, names).map((name) => `'${name}'`);
  const rest = names.length - shownNames;
  const shown = names.slice(0, shownNames).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  const has = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `it has ${shown}.`;
  return `The server at ${urlInWords(url)} lists no model '${wanted}': ${has}`;
}

/** Azure lists what one may deploy, not what one has. */
function unlisted(name: string, { kind }: FoundServer): FoundModel {
  const { isHosted = false } = kindOf(kind);
  const capabilities = guessedCapabilities(name, isHosted) ?? ["chat"];
  return { name, contextSize: undefined, capabilities, sees: undefined };
}

function toRemoteModel(
  upstream: RemoteUpstream,
  client: HttpClient,
  { kind, version }: FoundServer,
  model: FoundModel,
): RemoteModel {
  const [id = model.name, ...aliases] = upstream.names;
  const { isHosted = false, contextSize = usualContextSize[isHosted ? "hosted" : "local"] } =
    kindOf(kind);
  const sees =
    upstream.vision === "auto" ? (model.sees ?? visionByNature.has(kind)) : upstream.vision;
  const able = [...(upstream.capabilities ?? model.capabilities)];
  const card: ServedModel = {
    id,
    aliases,
    capabilities: sees && able.includes("chat") ? [...new Set([...able, "vision" as const])] : able,
    context_size:
      upstream.contextSize === "auto" ? (model.contextSize ?? contextSize) : upstream.contextSize,
    created: Math.floor(Date.now() / 1000),
    ...(model.facts !== undefined && { facts: model.facts }),
    upstream: { kind, ...(version !== undefined && { version }), model: model.name },
  };
  return {
    card,
    server: serverFor(upstream, client, id),
    upstreamModel: model.name,
    ...(model.thinksAdaptively === true && { thinksAdaptively: true }),
    ...(upstream.extraBody !== undefined && { extraBody: upstream.extraBody }),
    ...(upstream.streams === false && { streams: false }),
  };
}
