/**
 * @file Writes small GGUF models with seeded random weights and a real tokenizer: they answer
 * nonsense, but llama.cpp loads, batches and samples them like any other model.
 */

import { text, uint32 } from "../llama/gguf-value.ts";
import { type TensorToWrite, writeGguf } from "../llama/gguf-writer.ts";
import { quantize, type WeightType } from "../llama/quantization.ts";
import { architectureMetadata, tensorPlans } from "./architectures.ts";
import {
  type Architecture,
  type Family,
  familyOf,
  naturalVocabulary,
  type VocabularyKind,
} from "./families.ts";
import type { ModelShape } from "./model-shape.ts";
import { type Passage, passageRows } from "./passage.ts";
import { normals, uniform } from "./random.ts";
import type { TensorPlan } from "./tensor-plan.ts";
import { tokenizerMetadata } from "./vocabulary.ts";

/** What is left out: two layers, 64 wide, the architecture's own vocabulary, F32 weights. */
export type TinyModelOptions = Partial<Omit<ModelShape, "vocabularySize">> & {
  seed?: number;
  weightType?: WeightType;
  vocabulary?: VocabularyKind;
  /** In place of the architecture's own: tokenizer, special tokens, template. */
  family?: Family;
  /** Replaces the family's own; null leaves the model without one. */
  chatTemplate?: string | null;
  /** How a ranking model reads `{query}` and `{document}`. */
  rerankTemplate?: string;
  /** What it copies, in place of answering nonsense. */
  passage?: Passage;
  name?: string;
};

export function writeTinyModel(path: string, options: TinyModelOptions = {}): void {
  const { seed = 1, weightType = "F32", name = "tiny" } = options;
  const architecture = options.architecture ?? "llama";
  const kind = options.vocabulary ?? naturalVocabulary(architecture);
  const { family = familyOf(architecture, kind) } = options;
  const shape = tinyShape(architecture, family, options);
  const metadata = modelMetadata(shape, family, { name, weightType });
  const { chatTemplate = family.chatTemplate } = options;
  if (chatTemplate) metadata.set("tokenizer.chat_template", text(chatTemplate));
  if (options.rerankTemplate)
    metadata.set("tokenizer.chat_template.rerank", text(options.rerankTemplate));
  const random = uniform(seed);
  const tensors = tensorPlans(shape).map((plan) => {
    const { passage } = options;
    const type = tensorType(plan, weightType);
    const rows = passage ? passageRows(plan, type, passage) : null;
    return rows === null
      ? randomTensor(plan, shape, weightType, random)
      : { ...plan, type, data: () => rows };
  });
  writeGguf(path, { metadata, tensors });
}

function tinyShape(
  architecture: Architecture,
  family: Family,
  options: TinyModelOptions,
): ModelShape {
  const { embeddingLength = 64, heads = 4 } = options;
  const pooling = options.pooling ?? (architecture === "bert" ? "mean" : undefined);
  return {
    architecture,
    layers: options.layers ?? 2,
    embeddingLength,
    heads,
    kvHeads: options.kvHeads ?? 2,
    headLength: options.headLength ?? embeddingLength / heads,
    feedForward: options.feedForward ?? 128,
    contextLength: options.contextLength ?? 2048,
    vocabularySize: family.vocabulary.tokens.length,
    tied: options.tied ?? false,
    ...(options.slidingWindow !== undefined && { slidingWindow: options.slidingWindow }),
    ...(pooling && { pooling }),
  };
}

/** Everything the file says about itself, but for the chat template. */
export function modelMetadata(
  shape: ModelShape,
  family: Pick<Family, "vocabulary" | "special">,
  about: { name: string; weightType: WeightType },
) {
  return new Map([
    ...architectureMetadata(shape),
    ["general.type", text("model")] as const,
    ["general.name", text(about.name)] as const,
    ["general.file_type", uint32(fileTypeIds[about.weightType])] as const,
    ["general.quantization_version", uint32(2)] as const,
    ...tokenizerMetadata(family.vocabulary, family.special),
  ]);
}

const fileTypeIds = { F32: 0, F16: 1, Q8_0: 7 } as const;

function randomTensor(
  plan: TensorPlan,
  shape: ModelShape,
  weightType: WeightType,
  random: () => number,
): TensorToWrite {
  const type = tensorType(plan, weightType);
  return {
    ...plan,
    type,
    data: () => [quantize(randomValues(plan, shape, random), type)],
  };
}

/** Vectors, kernels, positions and token types stay in full precision, as in every real model. */
export function tensorType(plan: TensorPlan, weightType: WeightType): WeightType {
  const [rowLength = 1] = plan.shape;
  const small = plan.shape.length === 1 || ["kernel", "norm", "decay"].includes(plan.role);
  if (small || /^(position_embd|token_types)/.test(plan.name)) return "F32";
  return weightType === "Q8_0" && rowLength % 32 !== 0 ? "F16" : weightType;
}

function randomValues(plan: TensorPlan, shape: ModelShape, random: () => number): Float32Array {
  const count = plan.shape.reduce((product, length) => product * length, 1);
  const values = normals(random, count, deviationOf(plan, shape));
  if (plan.role === "decay") return values.map((x) => -0.1 - Math.abs(x));
  return plan.role === "norm" ? values.map((x) => 1 + x) : values;
}

/** Such that activations stay near one, and that logits have a clear best and a long tail. */
export function deviationOf({ role, shape: [inputs = 1] }: TensorPlan, shape: ModelShape): number {
  if (role === "norm" || role === "bias") return 0.05;
  if (role === "decay") return 0.5;
  if (role === "faint") return 0.2 / Math.sqrt(inputs);
  if (role === "embedding") return shape.tied ? 1 / Math.sqrt(inputs) : 0.5;
  return (role === "output" ? 2.5 : 1) / Math.sqrt(inputs);
}
