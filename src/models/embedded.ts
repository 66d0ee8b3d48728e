/**
 * @file The model that serves when the user has none: made on the spot, it only babbles.
 *
 * It is a bigram model in the clothes of a transformer. Each token's embedding is its own unit
 * vector, attention and feed-forward add nothing, and so the output matrix alone decides: its
 * column t holds the log-probabilities of what follows t in our little corpus.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ModelShape, type TensorPlan, tensorPlans } from "../fresh/architectures.ts";
import { byteLevelEncoder } from "../fresh/byte-level-bpe.ts";
import { answers } from "../fresh/corpus.ts";
import { chatmlFamily, type Family } from "../fresh/families.ts";
import { modelMetadata, tensorType } from "../fresh/tiny-model.ts";
import { tokenId } from "../fresh/vocabulary.ts";
import { GgufError } from "../llama/gguf-error.ts";
import { readGguf } from "../llama/gguf-reader.ts";
import { text, textOf } from "../llama/gguf-value.ts";
import { writeGguf } from "../llama/gguf-writer.ts";
import { quantize } from "../llama/quantization.ts";

/** Another number makes every machine write the file anew. */
const version = "1";

/** The path of the embedded chat model, which is written on the first call. */
export function embeddedModel(dataDir: string): string {
  const folder = join(dataDir, "models");
  const path = join(folder, "fastchat-tiny.gguf");
  if (isCurrent(path)) return path;
  mkdirSync(folder, { recursive: true });
  writeBigramModel(path);
  return path;
}

function isCurrent(path: string): boolean {
  try {
    return textOf(readGguf(path).metadata, "general.version") === version;
  } catch (error) {
    if (error instanceof GgufError) return false;
    throw error;
  }
}

/** So many that most words are one token; the file's size goes with the square of the vocabulary. */
const mergeCount = 860;

function writeBigramModel(path: string): void {
  const family = chatmlFamily(answers.join("\n"), { mergeCount, minFrequency: 1 });
  const shape = bigramShape(family.vocabulary.tokens.length);
  const metadata = modelMetadata(shape, family, {
    name: "FastChat tiny",
    weightType: "Q8_0",
  });
  metadata.set("general.version", text(version));
  metadata.set("tokenizer.chat_template", text(family.chatTemplate ?? ""));
  const tensors = tensorPlans(shape).map((plan) => {
    const type = tensorType(plan, "Q8_0");
    return {
      ...plan,
      type,
      data: () => [quantize(weights(plan, shape, family), type)],
    };
  });
  writeGguf(path, { metadata, tensors });
}

function bigramShape(vocabularySize: number): ModelShape {
  return {
    architecture: "llama",
    layers: 1,
    embeddingLength: Math.ceil(vocabularySize / 32) * 32,
    heads: 1,
    kvHeads: 1,
    headLength: 32,
    feedForward: 32,
    contextLength: 4096,
    vocabularySize,
    tied: false,
  };
}

function weights(plan: TensorPlan, shape: ModelShape, family: Family): Float32Array {
  const values = new Float32Array(plan.shape.reduce((product, length) => product * length, 1));
  if (plan.role === "norm") return values.fill(1);
  const width = shape.embeddingLength;
  if (plan.role === "embedding") {
    for (let id = 0; id < shape.vocabularySize; id++) values[id * width + id] = 1;
  }
  if (plan.role === "output") {
    const scale = Math.sqrt(width); // what normalisation makes of a unit vector
    for (const [before, follower, logit] of bigramLogits(family, shape.vocabularySize)) {
      values[follower * width + before] = logit / scale;
    }
  }
  return values;
}

type BigramLogit = [before: number, follower: number, logit: number];

/** An unseen pair has logit 0, a certain one this: all unseen together weigh a ten-thousandth. */
const certain = 16;

function* bigramLogits(family: Family, size: number): Iterable<BigramLogit> {
  const lines = spokenLines(family);
  const seen = followers(lines.flatMap(pairs));
  const starts = seen.get(lines[0]?.[0] ?? 0) ?? new Map();
  const greedy = new Map(pairs(greedyLine(lines)));
  for (let before = 0; before < size; before++) {
    const counts = seen.get(before) ?? starts; // after a token we never saw, begin a new answer
    const total = sum(counts.values());
    for (const [follower, count] of counts) yield [before, follower, logitOf(count, total)];
    const best = greedy.get(before);
    if (best !== undefined)
      yield [before, best, logitOf(Math.max(...counts.values()) + 0.2, total)];
  }
}

function logitOf(count: number, total: number): number {
  return certain + Math.log(count / total);
}

function sum(values: Iterable<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

/** Each answer as tokens, between the line break that ends the prompt and the end mark. */
function spokenLines(family: Family): number[][] {
  const encode = byteLevelEncoder(family.vocabulary, "gpt-2");
  const end = tokenId(family.vocabulary, "<|im_end|>");
  return answers.map((answer) => [...encode("\n"), ...encode(answer), end]);
}

/** What it says at temperature 0: no token comes twice, or it would go round in circles. */
function greedyLine(lines: readonly number[][]): number[] {
  return lines.find((tokens) => new Set(tokens).size === tokens.length) ?? [];
}

function followers(pairs: readonly [number, number][]): Map<number, Map<number, number>> {
  const counts = new Map<number, Map<number, number>>();
  for (const [before, follower] of pairs) {
    const found = counts.get(before) ?? new Map<number, number>();
    counts.set(before, found.set(follower, (found.get(follower) ?? 0) + 1));
  }
  return counts;
}

function pairs(line: readonly number[]): [number, number][] {
  return line.slice(1).map((follower, i) => [line[i] ?? 0, follower]);
}
