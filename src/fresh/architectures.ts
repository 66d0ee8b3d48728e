/**
 * @file Which metadata and which tensors llama.cpp expects of each architecture.
 *
 * Source: src/models/*.cpp of llama.cpp v0.5.0.
 */

import { bool, float32, type GgufValue, int32s, text, texts, uint32 } from "../llama/gguf-value.ts";
import type { Architecture } from "./families.ts";
import { decoderLayer, layerNorm } from "./layers.ts";
import type { ModelShape } from "./model-shape.ts";
import {
  convolutionLength,
  experts,
  type Recipe,
  recipes,
  recurrenceOf,
  recurrentSizes,
} from "./recipes.ts";
import { bias, matrix, matrixAndBias, normAndBias, type TensorPlan } from "./tensor-plan.ts";

const poolingIds = { none: 0, mean: 1, cls: 2, last: 3, rank: 4 } as const;

export function architectureMetadata(shape: ModelShape): Map<string, GgufValue> {
  const { architecture } = shape;
  const recipe = recipeOf(architecture);
  const pairs: [string, GgufValue | undefined][] = [
    ["block_count", uint32(shape.layers)],
    ["context_length", uint32(shape.contextLength)],
    ["embedding_length", uint32(shape.embeddingLength)],
    ["feed_forward_length", uint32(recipe?.feedForward === "none" ? 0 : shape.feedForward)],
    ["vocab_size", uint32(shape.vocabularySize)],
    ["attention.head_count", uint32(shape.heads)],
    ["pooling_type", shape.pooling && uint32(poolingIds[shape.pooling])],
    [
      "classifier.output_labels",
      shape.pooling === "rank" ? texts(labelsOf(architecture)) : undefined,
    ],
    ...(recipe === null ? readerPairs() : decoderPairs(shape, recipe)),
  ];
  const metadata = new Map<string, GgufValue>([["general.architecture", text(architecture)]]);
  for (const [key, value] of pairs) if (value) metadata.set(`${architecture}.${key}`, value);
  if (recipe === null) metadata.set("tokenizer.ggml.token_type_count", uint32(2));
  return metadata;
}

function recipeOf(architecture: Architecture): Recipe | null {
  return architecture === "bert" ? null : recipes[architecture];
}

function readerPairs(): [string, GgufValue][] {
  return [
    ["attention.causal", bool(false)],
    ["attention.layer_norm_epsilon", float32(1e-12)],
  ];
}

function decoderPairs(shape: ModelShape, recipe: Recipe): [string, GgufValue][] {
  const { architecture, headLength, contextLength } = shape;
  const { floats = {}, flags = {}, slidingWindow } = recipe;
  const epsilon = recipe.norm === undefined ? "layer_norm_rms_epsilon" : "layer_norm_epsilon";
  const window = shape.slidingWindow ?? Math.min(512, Math.max(64, contextLength / 4));
  return [
    ["attention.head_count_kv", kvHeads(shape, recipe)],
    [`attention.${epsilon}`, float32(1e-6)],
    ["attention.key_length", uint32(headLength)],
    ["attention.value_length", uint32(headLength)],
    ["rope.dimension_count", uint32(headLength)],
    ["rope.freq_base", float32(architecture.startsWith("qwen") ? 1_000_000 : 10_000)],
    ...(slidingWindow ? [["attention.sliding_window", uint32(window)] as [string, GgufValue]] : []),
    ...Object.entries(floats).map(([key, value]): [string, GgufValue] => [key, float32(value)]),
    ...Object.entries(flags).map(([key, value]): [string, GgufValue] => [key, bool(value)]),
    ...expertPairs(shape, recipe),
    ...recurrentPairs(shape, recipe),
  ];
}

/** A layer without keys and values is a recurrent one: that is how llama.cpp knows the hybrids'. */
function kvHeads(shape: ModelShape, recipe: Recipe): GgufValue {
  if (typeof recipe.mixer !== "object") return uint32(shape.kvHeads);
  const layers = Array.from({ length: shape.layers }, (_, i) => recurrenceOf(recipe, i));
  return int32s(layers.map((recurrence) => (recurrence === null ? shape.kvHeads : 0)));
}

function expertPairs(shape: ModelShape, recipe: Recipe): [string, GgufValue][] {
  if (recipe.feedForward !== "experts") return [];
  return [
    ["expert_count", uint32(experts.count)],
    ["expert_used_count", uint32(experts.used)],
    ["expert_feed_forward_length", uint32(shape.feedForward / 2)],
  ];
}

function recurrentPairs(shape: ModelShape, recipe: Recipe): [string, GgufValue][] {
  const recurrence = recurrenceOf(recipe, 0);
  if (recurrence === null) return [];
  if (recurrence === "convolution") return [["shortconv.l_cache", uint32(convolutionLength)]];
  const { inner, state, steps, groups } = recurrentSizes(recurrence, shape.embeddingLength);
  return [
    ["ssm.conv_kernel", uint32(convolutionLength)],
    ["ssm.inner_size", uint32(inner)],
    ["ssm.state_size", uint32(state)],
    ["ssm.time_step_rank", uint32(steps)],
    ["ssm.group_count", uint32(groups)],
  ];
}

/** Every tensor of the model, in the order in which converters write them. */
export function tensorPlans(shape: ModelShape): TensorPlan[] {
  const recipe = recipeOf(shape.architecture);
  const layers = Array.from({ length: shape.layers }, (_, i) =>
    recipe === null ? bertLayer(shape, i) : decoderLayer(shape, recipe, i),
  );
  const inputs = recipe === null ? bertInputs(shape) : decoderInputs(shape, recipe);
  return [...inputs, ...layers.flat()];
}

function decoderInputs(shape: ModelShape, recipe: Recipe): TensorPlan[] {
  const { embeddingLength: width, vocabularySize } = shape;
  const { alwaysTied = false } = recipe;
  const output: TensorPlan = { ...matrix("output", width, vocabularySize), role: "output" };
  return [
    { ...tokenEmbedding(shape), role: alwaysTied && !shape.tied ? "faint" : "embedding" },
    ...(recipe.learnedPositions ? [positionEmbedding(shape)] : []),
    ...layerNorm(recipe, recipe.lastNorm ?? "output_norm", width),
    ...(alwaysTied || shape.tied ? [] : [output]),
    ...(recipe.biases === "all-and-output" ? [bias("output", vocabularySize)] : []),
    ...(shape.pooling === "rank" ? [rankOutput(shape)] : []),
  ];
}

function bertInputs(shape: ModelShape): TensorPlan[] {
  const { embeddingLength: width } = shape;
  return [
    tokenEmbedding(shape),
    { name: "token_types.weight", shape: [width, 2], role: "embedding" },
    positionEmbedding(shape),
    ...normAndBias("token_embd_norm", width),
    ...(shape.pooling === "rank" ? classifier(shape) : []),
  ];
}

function tokenEmbedding({ embeddingLength, vocabularySize }: ModelShape): TensorPlan {
  return { ...matrix("token_embd", embeddingLength, vocabularySize), role: "embedding" };
}

function positionEmbedding({ embeddingLength, contextLength }: ModelShape): TensorPlan {
  return { ...matrix("position_embd", embeddingLength, contextLength), role: "embedding" };
}

/** The head that makes a ranking model of BERT: one score a text. */
function classifier(shape: ModelShape): TensorPlan[] {
  const { embeddingLength: width } = shape;
  return [...matrixAndBias("cls", width, width), rankOutput(shape), bias("cls.output", 1)];
}

/** Qwen 3 needs no more than this: its own last token is asked whether the answer is yes. */
function rankOutput({ architecture, embeddingLength: width }: ModelShape): TensorPlan {
  return { ...matrix("cls.output", width, labelsOf(architecture).length), role: "output" };
}

function labelsOf(architecture: Architecture): string[] {
  return architecture === "qwen3" ? ["yes", "no"] : ["LABEL_0"];
}

function bertLayer(shape: ModelShape, index: number): TensorPlan[] {
  const { embeddingLength: width, feedForward: inner } = shape;
  return [
    ...["attn_q", "attn_k", "attn_v", "attn_output"].flatMap((name) =>
      matrixAndBias(name, width, width),
    ),
    ...normAndBias("attn_output_norm", width),
    ...matrixAndBias("ffn_up", width, inner),
    ...matrixAndBias("ffn_down", inner, width),
    ...normAndBias("layer_output_norm", width),
  ].map((plan) => ({ ...plan, name: `blk.${index}.${plan.name}` }));
}
