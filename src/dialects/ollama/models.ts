/** @file What Ollama's clients are told of models: which there are, and what each is. */
import { createHash } from "node:crypto";
import type { OllamaDetails, OllamaModel } from "../../protocol/ollama.ts";
import type { ModelFacts, ServedModel } from "../../protocol/registry.ts";

/**
 * The version of Ollama whose API this is, the first with all that we take; clients compare it with
 * the least they need.
 */
export const ollamaVersion = "0.12.11";

export function toOllamaModel({ created, facts }: ServedModel, name: string): OllamaModel {
  return {
    name,
    model: name,
    modified_at: new Date(created * 1000).toISOString(),
    size: facts?.size_bytes ?? 0,
    // Of the name: nobody pulls from here, so it only has to tell models apart.
    digest: createHash("sha256").update(name).digest("hex"),
    details: toDetails(facts),
  };
}

/** A model that is loaded for as long as it is served. */
export function toRunningModel(card: ServedModel) {
  return {
    ...toOllamaModel(card, card.id),
    expires_at: "9999-12-31T23:59:59Z",
    size_vram: 0,
    context_length: card.context_size,
  };
}

/** Of `/api/show`: what differs from model to model beside its card. */
type Shown = {
  parameters?: string;
  template?: string;
  /** By the keys that a GGUF file has for them. */
  model_info: Record<string, string | number>;
  /** In Ollama's words. */
  capabilities: string[];
};

export function toShownModel({ created, facts }: ServedModel, shown: Shown) {
  const { parameters = "", template = "", model_info, capabilities } = shown;
  return {
    license: "",
    modelfile: "",
    parameters,
    template,
    system: "",
    details: toDetails(facts),
    messages: [],
    model_info,
    capabilities,
    modified_at: new Date(created * 1000).toISOString(),
  };
}

/** Without facts: another server's model, whose format nobody knows. */
function toDetails(facts: ModelFacts | undefined): OllamaDetails {
  const family = facts?.architecture ?? "";
  return {
    parent_model: "",
    format: facts === undefined ? "" : "gguf",
    family,
    families: family === "" ? [] : [family],
    parameter_size: facts ? toParameterSize(facts.parameter_count) : "",
    quantization_level: facts?.file_type ?? "",
  };
}

/** `494.03M`, `7.6B`, as Ollama writes it. */
function toParameterSize(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)}B`;
  return `${(count / 1e6).toFixed(2)}M`;
}

/** Ollama's clients append `:latest` to a name without a tag. */
export function withoutLatest(name: string, isKnown: (name: string) => boolean): string {
  return isKnown(name) ? name : name.replace(/:latest$/, "");
}
