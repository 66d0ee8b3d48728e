/**
 * @file A model to begin from nothing with: a vocabulary learned from the data, weights drawn from a
 * seed, a chat template, in one GGUF file that llama.cpp loads like any other.
 *
 * Weights are normal with deviation √(2 / 5d), d the width; those that write into the residual stream
 * are smaller by √(2 · layers), so that a deep model begins no louder than a shallow one.
 *
 * Source: T. Q. Nguyen, J. Salazar, "Transformers without Tears", IWSLT 2019 (SmallInit),
 * https://arxiv.org/abs/1910.05895; A. Radford et al., "Language Models are Unsupervised Multitask
 * Learners", 2019, §2.3 (the residual stream).
 */
import { type Conversation, textOf } from "../data/conversation.ts";
import { UsageError } from "../errors/usage-error.ts";
import { tensorPlans } from "../fresh/architectures.ts";
import { chatmlFamily, chatmlTokens } from "../fresh/families.ts";
import type { ModelShape } from "../fresh/model-shape.ts";
import { normals, uniform } from "../fresh/random.ts";
import type { TensorPlan } from "../fresh/tensor-plan.ts";
import { modelMetadata } from "../fresh/tiny-model.ts";
import { float32, text } from "../llama/gguf-value.ts";
import { type TensorToWrite, writeGguf } from "../llama/gguf-writer.ts";
import { quantize } from "../llama/quantization.ts";
import type { InitConfig } from "../protocol/training.ts";

type Lesson = Pick<Conversation, "messages" | "tools">;

/**
 * Writes the model; the same arguments give the same bytes on every machine.
 *
 * @throws {UsageError} heads and widths do not go together.
 */
export function writeFreshModel(
  path: string,
  config: InitConfig,
  conversations: readonly Lesson[],
  seed: number,
): void {
  assertFits(config);
  const family = chatmlFamily(conversations.flatMap(textsOf), {
    pre: "qwen2",
    mergeCount: config.vocabulary_size - byteCount - chatmlTokens.length,
    tools: conversations.some(usesTools),
  });
  const shape = toShape(config, family.vocabulary.tokens.length);
  const metadata = modelMetadata(shape, family, { name: config.name, weightType: "F32" });
  if (family.chatTemplate) metadata.set("tokenizer.chat_template", text(family.chatTemplate));
  if (config.temperature !== null)
    metadata.set("general.sampling.temp", float32(config.temperature));
  const random = uniform(seed);
  const tensors = tensorPlans(shape).map((plan) => firstWeights(plan, shape, random));
  writeGguf(path, { metadata, tensors });
}

const byteCount = 256;

function assertFits({ heads, kv_heads, embedding_length }: InitConfig): void {
  if (embedding_length % heads !== 0 || (embedding_length / heads) % 2 !== 0)
    throw new UsageError(
      `init: embedding_length ${embedding_length} is not an even number for each of ${heads} heads; change one of them.`,
    );
  if (heads % kv_heads !== 0)
    throw new UsageError(`init: heads ${heads} is not a multiple of kv_heads ${kv_heads}.`);
}

function toShape(config: InitConfig, vocabularySize: number): ModelShape {
  return {
    architecture: config.architecture,
    layers: config.layers,
    embeddingLength: config.embedding_length,
    heads: config.heads,
    kvHeads: config.kv_heads,
    headLength: config.embedding_length / config.heads,
    feedForward: config.feed_forward,
    contextLength: config.context_length,
    vocabularySize,
    tied: config.tied,
  };
}

/** What the template writes between two control tokens: the role, and what was said. */
function textsOf({ messages }: Lesson): string[] {
  return messages.map((message) => {
    const thought = message.role === "assistant" ? message.reasoning_content : null;
    const calls = message.role === "assistant" ? (message.tool_calls ?? []) : [];
    const called = calls.map(({ function: call }) => `${call.name} ${call.arguments}`);
    return [message.role, thought, textOf(message), ...called].filter(Boolean).join("\n");
  });
}

function usesTools({ messages, tools }: Lesson): boolean {
  const calls = messages.some((each) => each.role === "assistant" && each.tool_calls?.length);
  return calls || (tools ?? []).length > 0;
}

function firstWeights(plan: TensorPlan, shape: ModelShape, random: () => number): TensorToWrite {
  const count = plan.shape.reduce((product, length) => product * length, 1);
  return {
    ...plan,
    type: "F32",
    data: () => [quantize(valuesOf(plan, shape, count, random), "F32")],
  };
}

function valuesOf(
  { role, name }: TensorPlan,
  { embeddingLength, layers }: ModelShape,
  count: number,
  random: () => number,
): Float32Array {
  if (role === "norm" || role === "bias")
    return new Float32Array(count).fill(Number(role === "norm"));
  const deviation = Math.sqrt(2 / (5 * embeddingLength));
  const intoResidual = /\.(attn_output|ffn_down)\.weight$/.test(name);
  return normals(random, count, intoResidual ? deviation / Math.sqrt(2 * layers) : deviation);
}
