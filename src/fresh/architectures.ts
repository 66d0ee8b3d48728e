/**
 * @file Which metadata and which tensors llama.cpp expects of each architecture.
 *
 * Source: src/models/{llama,qwen2,qwen3,gemma2,gemma3,phi3,bert}.cpp of llama.cpp v0.5.0.
 */

import { bool, float32, type GgufValue, text, texts, uint32 } from "../llama/gguf-value.ts";
import type { Architecture } from "./families.ts";

export type ModelShape = {
  architecture: Architecture;
  layers: number;
  embeddingLength: number;
  heads: number;
  kvHeads: number;
  /** Values per head. */
  headLength: number;
  feedForward: number;
  contextLength: number;
  vocabularySize: number;
  /** The output matrix is the token embedding, turned round. */
  tied: boolean;
  /** Gemma only: tokens that its local layers look back on; absent: a quarter of the context. */
  slidingWindow?: number;
  /** How token embeddings become one per text; absent: the model is for generation. */
  pooling?: Pooling;
};

type Pooling = keyof typeof poolingIds;

/** `norm` weights are near one, `bias` ones near zero, `matrix` ones spread by their input's width. */
export type TensorPlan = {
  name: string;
  shape: number[];
  role: "embedding" | "output" | "matrix" | "norm" | "bias";
};

const poolingIds = { none: 0, mean: 1, cls: 2, last: 3, rank: 4 } as const;

export function architectureMetadata(shape: ModelShape): Map<string, GgufValue> {
  const { architecture, contextLength } = shape;
  const metadata = new Map<string, GgufValue>([["general.architecture", text(architecture)]]);
  const set = (key: string, value: GgufValue) => metadata.set(`${architecture}.${key}`, value);
  set("block_count", uint32(shape.layers));
  set("context_length", uint32(contextLength));
  set("embedding_length", uint32(shape.embeddingLength));
  set("feed_forward_length", uint32(shape.feedForward));
  set("vocab_size", uint32(shape.vocabularySize));
  set("attention.head_count", uint32(shape.heads));
  if (shape.pooling) set("pooling_type", uint32(poolingIds[shape.pooling]));
  if (shape.pooling === "rank") set("classifier.output_labels", texts(labelsOf(architecture)));
  if (architecture === "bert") {
    set("attention.causal", bool(false));
    set("attention.layer_norm_epsilon", float32(1e-12));
    metadata.set("tokenizer.ggml.token_type_count", uint32(2));
    return metadata;
  }
  set("attention.head_count_kv", uint32(shape.kvHeads));
  set("attention.layer_norm_rms_epsilon", float32(1e-6));
  set("attention.key_length", uint32(shape.headLength));
  set("attention.value_length", uint32(shape.headLength));
  set("rope.dimension_count", uint32(shape.headLength));
  set("rope.freq_base", float32(architecture.startsWith("qwen") ? 1_000_000 : 10_000));
  if (architecture === "gemma2" || architecture === "gemma3") {
    const window = shape.slidingWindow ?? Math.min(512, Math.max(64, contextLength / 4));
    set("attention.sliding_window", uint32(window));
  }
  if (architecture === "gemma2") {
    set("attn_logit_softcapping", float32(50));
    set("final_logit_softcapping", float32(30));
  }
  return metadata;
}

/** Every tensor of the model, in the order in which converters write them. */
export function tensorPlans(shape: ModelShape): TensorPlan[] {
  const layers = Array.from({ length: shape.layers }, (_, i) => `blk.${i}.`);
  const build = shape.architecture === "bert" ? bertLayer : decoderLayer;
  return [...inputPlans(shape), ...layers.flatMap((prefix) => build(shape, prefix))];
}

function inputPlans(shape: ModelShape): TensorPlan[] {
  const { embeddingLength: width, vocabularySize, contextLength, tied } = shape;
  const embedding: TensorPlan = {
    name: "token_embd.weight",
    shape: [width, vocabularySize],
    role: "embedding",
  };
  if (shape.architecture !== "bert") {
    const output = matrix("output.weight", width, vocabularySize);
    const ends: TensorPlan[] = tied ? [] : [{ ...output, role: "output" }];
    const ranks: TensorPlan[] = shape.pooling === "rank" ? [rankOutput(shape)] : [];
    return [embedding, norm("output_norm.weight", width), ...ends, ...ranks];
  }
  return [
    embedding,
    { name: "token_types.weight", shape: [width, 2], role: "embedding" },
    {
      name: "position_embd.weight",
      shape: [width, contextLength],
      role: "embedding",
    },
    ...normAndBias("token_embd_norm", width),
    ...(shape.pooling === "rank" ? classifier(shape) : []),
  ];
}

/** The head that makes a ranking model of BERT: one score a text. */
function classifier(shape: ModelShape): TensorPlan[] {
  const { embeddingLength: width } = shape;
  return [
    matrix("cls.weight", width, width),
    bias("cls.bias", width),
    rankOutput(shape),
    bias("cls.output.bias", 1),
  ];
}

/** Qwen 3 needs no more than this: its own last token is asked whether the answer is yes. */
function rankOutput({ architecture, embeddingLength: width }: ModelShape): TensorPlan {
  const output = matrix("cls.output.weight", width, labelsOf(architecture).length);
  return { ...output, role: "output" };
}

function labelsOf(architecture: Architecture): string[] {
  return architecture === "qwen3" ? ["yes", "no"] : ["LABEL_0"];
}

function decoderLayer(shape: ModelShape, prefix: string): TensorPlan[] {
  const { architecture, embeddingLength: width, heads, headLength } = shape;
  const queries = heads * headLength;
  const headNorms = architecture === "qwen3" || architecture === "gemma3";
  const postNorms = architecture === "gemma2" || architecture === "gemma3";
  return [
    norm("attn_norm.weight", width),
    ...projections(shape),
    ...(headNorms ? [norm("attn_q_norm.weight", headLength)] : []),
    ...(headNorms ? [norm("attn_k_norm.weight", headLength)] : []),
    matrix("attn_output.weight", queries, width),
    ...(postNorms ? [norm("post_attention_norm.weight", width)] : []),
    norm("ffn_norm.weight", width),
    ...feedForward(shape),
    ...(postNorms ? [norm("post_ffw_norm.weight", width)] : []),
  ].map((plan) => ({ ...plan, name: prefix + plan.name }));
}

/** Phi 3 keeps queries, keys and values in one matrix; Qwen 2 adds a bias to each. */
function projections(shape: ModelShape): TensorPlan[] {
  const { architecture, embeddingLength: width, heads, kvHeads, headLength } = shape;
  const [queries, keys] = [heads * headLength, kvHeads * headLength];
  if (architecture === "phi3") return [matrix("attn_qkv.weight", width, queries + 2 * keys)];
  const outputs = { attn_q: queries, attn_k: keys, attn_v: keys };
  return Object.entries(outputs).flatMap(([name, length]) => [
    matrix(`${name}.weight`, width, length),
    ...(architecture === "qwen2" ? [bias(`${name}.bias`, length)] : []),
  ]);
}

/** Phi 3 keeps gate and up in one matrix. */
function feedForward(shape: ModelShape): TensorPlan[] {
  const { architecture, embeddingLength: width, feedForward: inner } = shape;
  const down = matrix("ffn_down.weight", inner, width);
  if (architecture === "phi3") return [matrix("ffn_up.weight", width, 2 * inner), down];
  return [matrix("ffn_gate.weight", width, inner), matrix("ffn_up.weight", width, inner), down];
}

function bertLayer(shape: ModelShape, prefix: string): TensorPlan[] {
  const { embeddingLength: width, feedForward: inner } = shape;
  return [
    ...["attn_q", "attn_k", "attn_v", "attn_output"].flatMap((name) => [
      matrix(`${name}.weight`, width, width),
      bias(`${name}.bias`, width),
    ]),
    ...normAndBias("attn_output_norm", width),
    matrix("ffn_up.weight", width, inner),
    bias("ffn_up.bias", inner),
    matrix("ffn_down.weight", inner, width),
    bias("ffn_down.bias", width),
    ...normAndBias("layer_output_norm", width),
  ].map((plan) => ({ ...plan, name: prefix + plan.name }));
}

function matrix(name: string, inputs: number, outputs: number): TensorPlan {
  return { name, shape: [inputs, outputs], role: "matrix" };
}

function norm(name: string, length: number): TensorPlan {
  return { name, shape: [length], role: "norm" };
}

function bias(name: string, length: number): TensorPlan {
  return { name, shape: [length], role: "bias" };
}

function normAndBias(name: string, length: number): TensorPlan[] {
  return [norm(`${name}.weight`, length), bias(`${name}.bias`, length)];
}
