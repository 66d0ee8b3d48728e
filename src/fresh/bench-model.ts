/**
 * @file A model in the shape of Qwen2.5-0.5B with random Q8_0 weights: for measuring speed, where
 * only the shape matters.
 */

import { text } from "../llama/gguf-value.ts";
import { type TensorToWrite, writeGguf } from "../llama/gguf-writer.ts";
import { quantize } from "../llama/quantization.ts";
import { tensorPlans } from "./architectures.ts";
import { type Family, familyOf } from "./families.ts";
import type { ModelShape } from "./model-shape.ts";
import { type Passage, passageRows } from "./passage.ts";
import { normals, uniform } from "./random.ts";
import type { TensorPlan } from "./tensor-plan.ts";
import { deviationOf, modelMetadata, tensorType } from "./tiny-model.ts";
import type { Token, Vocabulary } from "./vocabulary.ts";

const qwen: ModelShape = {
  architecture: "qwen2",
  layers: 24,
  embeddingLength: 896,
  heads: 14,
  kvHeads: 2,
  headLength: 64,
  feedForward: 4864,
  contextLength: 32_768,
  vocabularySize: 151_936,
  tied: true,
};

/**
 * Writes about 500 MB, one tensor at a time.
 *
 * @param passage What the model copies, in place of answering nonsense: 145 MB more.
 */
export function writeBenchModel(path: string, seed = 1, passage: Passage | null = null): void {
  const shape: ModelShape = { ...qwen, tied: passage === null };
  const natural = familyOf("qwen2", "bpe");
  const family: Family = {
    ...natural,
    vocabulary: enlarged(natural.vocabulary),
  };
  const metadata = modelMetadata(shape, family, {
    name: "bench-0.5b",
    weightType: "Q8_0",
  });
  metadata.set("tokenizer.chat_template", text(natural.chatTemplate ?? ""));
  const weights = new WeightPools(seed, shape);
  writeGguf(path, {
    metadata,
    tensors: tensorPlans(shape).map((plan) => {
      const type = tensorType(plan, "Q8_0");
      const rows = passage && passageRows(plan, type, passage);
      return rows ? { ...plan, type, data: () => rows } : weights.tensor(plan);
    }),
  });
}

/** Made-up words between the learned pieces and the special tokens, up to the real size. */
function enlarged(vocabulary: Vocabulary): Vocabulary {
  const known = new Set(vocabulary.tokens.map(({ text }) => text));
  const words: Token[] = [];
  for (let i = 0; words.length < qwen.vocabularySize - known.size; i++) {
    const word = `Ġ${inLetters(i)}`;
    if (!known.has(word)) words.push({ text: word, type: "normal" });
  }
  const end = vocabulary.tokens.findIndex(({ type }) => type !== "normal");
  const tokens = [...vocabulary.tokens.slice(0, end), ...words, ...vocabulary.tokens.slice(end)];
  return { ...vocabulary, tokens };
}

/** 0 → aaaa, 1 → baaa, … */
function inLetters(number: number): string {
  return Array.from({ length: 4 }, (_, place) =>
    String.fromCharCode(97 + (Math.floor(number / 26 ** place) % 26)),
  ).join("");
}

const poolValues = 2 ** 18;

/** Random weights are made once per spread and dealt out again and again from random places. */
class WeightPools {
  readonly #pools = new Map<number, Uint8Array>();
  readonly #random: () => number;
  readonly #shape: ModelShape;

  constructor(seed: number, shape: ModelShape) {
    this.#random = uniform(seed);
    this.#shape = shape;
  }

  tensor(plan: TensorPlan): TensorToWrite {
    const type = tensorType(plan, "Q8_0");
    const count = plan.shape.reduce((product, length) => product * length, 1);
    const deviation = deviationOf(plan, this.#shape);
    if (type === "Q8_0") return { ...plan, type, data: () => this.#deal(count, deviation) };
    const values = normals(this.#random, count, deviation);
    const shifted = plan.role === "norm" ? values.map((x) => 1 + x) : values;
    return { ...plan, type, data: quantize(shifted, type) };
  }

  *#deal(count: number, deviation: number): Iterable<Uint8Array> {
    const pool = this.#pool(deviation);
    for (let left = (count / 32) * 34; left > 0; ) {
      const start = Math.floor(this.#random() * (pool.length / 34)) * 34;
      const piece = pool.subarray(start, start + left);
      yield piece;
      left -= piece.length;
    }
  }

  #pool(deviation: number): Uint8Array {
    const found = this.#pools.get(deviation);
    if (found !== undefined) return found;
    const pool = quantize(normals(this.#random, poolValues, deviation), "Q8_0");
    this.#pools.set(deviation, pool);
    return pool;
  }
}
