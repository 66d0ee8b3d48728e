/**
 * @file What a GGUF file says of its network: sizes, normalisation, positions, attention.
 *
 * Source: `load_arch_hparams` in src/models/{llama,qwen2,qwen3,gemma2,gemma3,phi3}.cpp and
 * src/llama-model.cpp of llama.cpp v0.5.0.
 */
import { UsageError } from "../../errors/usage-error.ts";
import type { GgufFile } from "../../llama/gguf-reader.ts";
import { type GgufMetadata, numberOf, textOf } from "../../llama/gguf-value.ts";

export type Hyperparameters = {
  architecture: TrainableArchitecture;
  layers: number;
  embeddingLength: number;
  heads: number;
  kvHeads: number;
  headLength: number;
  feedForward: number;
  vocabularySize: number;
  contextLength: number;
  /** ε of the normalisation. */
  epsilon: number;
  activation: "silu" | "gelu";
  /** Token embeddings are multiplied by it. */
  embeddingScale: number;
  attentionScale: number;
  attentionSoftCap: number | null;
  logitSoftCap: number | null;
  rope: {
    dimensions: number;
    pairs: "normal" | "neox";
    base: number;
    scale: number;
    attention: number;
    originalContext: number;
  };
  /** Layers that look back only so far, in tokens, and their own positions; null: there are none. */
  window: { tokens: number; isWindowed: readonly boolean[]; base: number } | null;
};

/** Mistral and SmolLM call themselves `llama` in GGUF. */
export const trainableArchitectures = [
  "llama",
  "qwen2",
  "qwen3",
  "gemma2",
  "gemma3",
  "phi3",
] as const;
export type TrainableArchitecture = (typeof trainableArchitectures)[number];

/** @throws {UsageError} the architecture, or something in it, is not one we can train. */
export function hyperparametersOf({ path, metadata, tensors }: GgufFile): Hyperparameters {
  const refuse = (reason: string) => new UsageError(`${path} cannot be trained: ${reason}.`);
  const name = textOf(metadata, "general.architecture");
  const architecture = trainableArchitectures.find((known) => known === name);
  if (architecture === undefined) {
    const known = trainableArchitectures.join(", ");
    throw refuse(
      `its architecture is '${name}', and we train ${known} (Mistral and SmolLM are llama)`,
    );
  }
  const read = reader(metadata, architecture, refuse);
  if ((read("expert_count", 0) ?? 0) > 0) throw refuse("it is a mixture of experts");
  const scaling = textOf(metadata, `${architecture}.rope.scaling.type`) ?? "none";
  if (scaling === "yarn") throw refuse("its positions are stretched by YaRN");
  const heads = read("attention.head_count");
  const layers = read("block_count");
  const embeddingLength = read("embedding_length");
  const headLength = read("attention.key_length", embeddingLength / heads);
  if (read("attention.value_length", headLength) !== headLength)
    throw refuse("its keys and values differ in length");
  const vocabulary = tensors.find((tensor) => tensor.name === "token_embd.weight")?.shape[1];
  if (vocabulary === undefined) throw refuse("it has no token embeddings");
  const isGemma = architecture === "gemma2" || architecture === "gemma3";
  const contextLength = read("context_length");
  return {
    architecture,
    layers,
    embeddingLength,
    heads,
    kvHeads: read("attention.head_count_kv", heads),
    headLength,
    feedForward: read("feed_forward_length"),
    vocabularySize: vocabulary,
    contextLength,
    epsilon: read("attention.layer_norm_rms_epsilon"),
    activation: isGemma ? "gelu" : "silu",
    embeddingScale: isGemma ? Math.sqrt(embeddingLength) : 1,
    attentionScale: attentionScaleOf(
      architecture,
      { layers, embeddingLength, heads, headLength },
      read("attention.scale", 0),
    ),
    attentionSoftCap: architecture === "gemma2" ? read("attn_logit_softcapping", 50) : null,
    logitSoftCap: capOf(architecture, read("final_logit_softcapping", 0)),
    rope: {
      dimensions: read("rope.dimension_count", headLength),
      pairs: architecture === "llama" ? "normal" : "neox",
      base: read("rope.freq_base", 10_000),
      scale: scaling === "linear" ? 1 / (read("rope.scaling.factor", 1) || 1) : 1,
      attention: read("rope.scaling.attn_factor", 1),
      originalContext: read("rope.scaling.original_context_length", contextLength),
    },
    window: windowOf(architecture, layers, read),
  };
}

type Read = (key: string, otherwise?: number) => number;

function reader(
  metadata: GgufMetadata,
  architecture: string,
  refuse: (reason: string) => UsageError,
): Read {
  return (key, otherwise) => {
    const value = numberOf(metadata, `${architecture}.${key}`) ?? otherwise;
    if (value === undefined) throw refuse(`it has no number '${architecture}.${key}'`);
    return value;
  };
}

/** The 27-billion Gemmas scale by the embedding's share of a head, the others by its length. */
function attentionScaleOf(
  architecture: TrainableArchitecture,
  size: Pick<Hyperparameters, "layers" | "embeddingLength" | "heads" | "headLength">,
  given: number,
): number {
  const isLargest =
    (architecture === "gemma2" && size.layers === 46) ||
    (architecture === "gemma3" && size.layers === 62);
  if (isLargest) return 1 / Math.sqrt(size.embeddingLength / size.heads);
  return given > 0 ? given : 1 / Math.sqrt(size.headLength);
}

function capOf(architecture: TrainableArchitecture, given: number): number | null {
  if (architecture === "gemma2") return given > 0 ? given : 30;
  return architecture === "gemma3" && given > 0 ? given : null;
}

function windowOf(
  architecture: TrainableArchitecture,
  layers: number,
  read: Read,
): Hyperparameters["window"] {
  const isGemma2 = architecture === "gemma2";
  if (!isGemma2 && architecture !== "gemma3") return null;
  const tokens = read("attention.sliding_window", isGemma2 ? 4096 : 0);
  if (tokens <= 0) return null;
  const period = read("attention.sliding_window_pattern", isGemma2 ? 2 : 6);
  const base = isGemma2 ? read("rope.freq_base", 10_000) : 10_000;
  return {
    tokens,
    isWindowed: Array.from({ length: layers }, (_, i) => i % period < period - 1),
    base: read("rope.freq_base_swa", base),
  };
}
