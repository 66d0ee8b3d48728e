/** @file What Google's own API says of its models: https://ai.google.dev/api/models */
import type { Capability } from "../../protocol/openai.ts";
import { listAt, textAt } from "./json-fields.ts";
import { guessedCapabilities } from "./model-guess.ts";

/** One model of a list, and all that the list says of it. */
export type Entry = { name: string; json: unknown };

/** Tuned models keep their whole name. */
export function geminiEntries(list: unknown): Entry[] {
  return listAt(list, "models").flatMap((json) => {
    const name = textAt(json, "name")?.replace(/^models\//, "");
    return name === undefined ? [] : [{ name, json }];
  });
}

/** Speech and pictures are made by the same method as text: their names tell them apart. */
export function saidByGemini(json: unknown): { capabilities: Capability[] } {
  const able = listAt(json, "supportedGenerationMethods");
  const isText = guessedCapabilities(textAt(json, "name") ?? "", true) !== null;
  return {
    capabilities: [
      ...(able.includes("generateContent") && isText ? (["chat"] as const) : []),
      ...(able.includes("embedContent") ? (["embeddings"] as const) : []),
    ],
  };
}
