/**
 * @file What the list of an Ollama, or of another FastChat, says of each model's file: `/api/tags`.
 *
 * Source: docs/api.md of Ollama, "List Local Models".
 */
import { ModelFacts } from "../../protocol/registry.ts";
import { located } from "../server-address.ts";
import type { ServerKindName } from "../server-kinds.ts";
import { askJson, type UpstreamServer } from "../upstream-call.ts";
import { fieldAt, listAt, textAt } from "./json-fields.ts";

const listing = new Set<ServerKindName>(["ollama", "fastchat"]);
const listMs = 5000;

/** By name; empty where the server has no such list, or does not answer it. */
export async function listedFacts(
  server: UpstreamServer,
  kind: ServerKindName,
): Promise<ReadonlyMap<string, ModelFacts>> {
  if (!listing.has(kind)) return new Map();
  const [place, path] = located(server, "//api/tags");
  const signal = AbortSignal.timeout(listMs);
  const list = await askJson(place, { path, signal }).catch(() => null);
  const entries = listAt(list, "models").flatMap((entry) => {
    const [name, facts] = [textAt(entry, "name"), factsIn(entry)];
    return name === undefined || facts === null ? [] : [[name, facts] as const];
  });
  return new Map(entries);
}

function factsIn(entry: unknown): ModelFacts | null {
  const facts = ModelFacts.safeParse({
    architecture: textAt(entry, "details", "family"),
    parameter_count: countIn(textAt(entry, "details", "parameter_size")),
    size_bytes: fieldAt(entry, "size"),
    file_type: textAt(entry, "details", "quantization_level"),
  });
  return facts.success ? facts.data : null;
}

const units: Record<string, number> = { "": 1, K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** `494.03M` as a number; 0 where it says nothing. */
function countIn(size = ""): number {
  const [, digits, unit = ""] = /^([\d.]+)([KMBT]?)$/.exec(size) ?? [];
  return Math.round(Number(digits ?? 0) * (units[unit] ?? 0));
}
