/**
 * @file What a GGUF file says about its model: everything one wants to know before loading it.
 *
 * Source: the keys of `llama-arch.cpp`, llama.cpp v0.5.0.
 */

import { SamplingFields } from "../protocol/sampling.ts";
import { fileTypeName } from "./ggml-types.ts";
import type { GgufFile } from "./gguf-reader.ts";
import { boolOf, type GgufMetadata, numberOf, textOf, textsOf } from "./gguf-value.ts";

export type ModelDescription = {
  architecture: string;
  /** `model`, or `adapter`, `mmproj`, `imatrix`, which cannot be served alone. */
  type: string;
  name?: string;
  /** In tokens, as the model was trained. */
  contextLength?: number;
  embeddingLength?: number;
  layers?: number;
  parameterCount: number;
  sizeBytes: number;
  /** The format of most weights: `Q4_K_M`. */
  fileType?: string;
  /** Jinja; `chatTemplates` has those by name that some models add (`tool_use`, `rag`). */
  chatTemplate?: string;
  chatTemplates: Record<string, string>;
  tokenizer: TokenizerDescription;
  /** False for encoders (BERT and its kin), which embed but cannot generate. */
  causal: boolean;
  /** True where each position has an embedding of its own: there are no others to be read. */
  learnedPositions: boolean;
  /** True where positions are stretched by YaRN if nobody says otherwise. */
  yarn: boolean;
  /** How token embeddings become one; absent where the file does not say. */
  poolingType?: "none" | "mean" | "cls" | "last" | "rank";
  /** The sampling that the model's makers recommend, by the names of a request's fields. */
  sampling: Partial<Record<RecommendedField, number>>;
};

type TokenizerDescription = {
  model?: string;
  pre?: string;
  vocabularySize: number;
  bosId?: number;
  bosToken?: string;
  eosId?: number;
  eosToken?: string;
  eotId?: number;
  addBos?: boolean;
  /** Text is tokenised as if a space stood before it. */
  addsSpace: boolean;
};

type RecommendedField = (typeof recommended)[number][1];

export function describeModel({ metadata, tensors, sizeBytes }: GgufFile): ModelDescription {
  const architecture = textOf(metadata, "general.architecture") ?? "unknown";
  const own = (key: string) => numberOf(metadata, `${architecture}.${key}`);
  return defined({
    architecture,
    type: textOf(metadata, "general.type") ?? "model",
    name: textOf(metadata, "general.name"),
    contextLength: own("context_length"),
    embeddingLength: own("embedding_length"),
    layers: own("block_count"),
    parameterCount: tensors.reduce((sum, { shape }) => sum + elements(shape), 0),
    sizeBytes,
    fileType: fileTypeName(numberOf(metadata, "general.file_type") ?? -1),
    chatTemplate: textOf(metadata, "tokenizer.chat_template"),
    chatTemplates: namedTemplates(metadata),
    tokenizer: describeTokenizer(metadata),
    causal: boolOf(metadata, `${architecture}.attention.causal`) ?? true,
    learnedPositions: tensors.some(({ name }) => name === "position_embd.weight"),
    yarn:
      textOf(metadata, `${architecture}.rope.scaling.type`) === "yarn" ||
      (own("rope.scaling.yarn_ext_factor") ?? 0) > 0,
    poolingType: poolingTypes[own("pooling_type") ?? -1],
    sampling: recommendedSampling(metadata),
  });
}

const poolingTypes = ["none", "mean", "cls", "last", "rank"] as const;

function describeTokenizer(metadata: GgufMetadata): TokenizerDescription {
  const tokens = textsOf(metadata, "tokenizer.ggml.tokens");
  const id = (part: string) => numberOf(metadata, `tokenizer.ggml.${part}_token_id`);
  return defined({
    model: textOf(metadata, "tokenizer.ggml.model"),
    pre: textOf(metadata, "tokenizer.ggml.pre"),
    vocabularySize: tokens?.length ?? 0,
    bosId: id("bos"),
    bosToken: tokens?.at(id("bos") ?? -1),
    eosId: id("eos"),
    eosToken: tokens?.at(id("eos") ?? -1),
    eotId: id("eot"),
    addBos: boolOf(metadata, "tokenizer.ggml.add_bos_token"),
    addsSpace:
      boolOf(metadata, "tokenizer.ggml.add_space_prefix") ??
      textOf(metadata, "tokenizer.ggml.model") === "llama",
  });
}

const templatePrefix = "tokenizer.chat_template.";

function namedTemplates(metadata: GgufMetadata): Record<string, string> {
  const keys = [...metadata.keys()].filter((key) => key.startsWith(templatePrefix));
  return Object.fromEntries(
    keys.map((key) => [key.slice(templatePrefix.length), textOf(metadata, key) ?? ""]),
  );
}

/** Under `general.sampling.` → in a request. */
const recommended = [
  ["temp", "temperature"],
  ["top_k", "top_k"],
  ["top_p", "top_p"],
  ["min_p", "min_p"],
  ["xtc_probability", "xtc_probability"],
  ["xtc_threshold", "xtc_threshold"],
  ["penalty_last_n", "repeat_last_n"],
  ["penalty_repeat", "repeat_penalty"],
  ["mirostat", "mirostat"],
  ["mirostat_tau", "mirostat_tau"],
  ["mirostat_eta", "mirostat_eta"],
] as const;

/** A value that no request could carry is left out. */
function recommendedSampling(metadata: GgufMetadata): ModelDescription["sampling"] {
  const found: ModelDescription["sampling"] = {};
  for (const [key, field] of recommended) {
    const value = numberOf(metadata, `general.sampling.${key}`);
    if (value !== undefined && SamplingFields[field].safeParse(value).success) found[field] = value;
  }
  return found;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out what the file does not say. */
function defined<T extends object>(facts: T): Defined<T> {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Defined<T>;
}
