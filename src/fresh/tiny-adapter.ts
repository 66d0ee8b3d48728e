/**
 * @file Writes LoRA adapters with seeded random weights for a model file: they teach nothing, but
 * each changes the answers in its own way.
 *
 * Source: src/llama-adapter.cpp of llama.cpp v0.5.0.
 */
import { rowCount } from "../llama/gguf-data.ts";
import { readGguf } from "../llama/gguf-reader.ts";
import type { GgufTensor } from "../llama/gguf-tensor-reader.ts";
import { float32, type GgufValue, text, textOf } from "../llama/gguf-value.ts";
import { type TensorToWrite, writeGguf } from "../llama/gguf-writer.ts";
import { quantize } from "../llama/quantization.ts";
import { normals, uniform } from "./random.ts";

export type TinyAdapterOptions = {
  seed?: number;
  rank?: number;
  /** Which of the base's matrices get one. */
  matrices?: RegExp;
  /** In place of what an adapter says of itself. */
  metadata?: [key: string, value: GgufValue][];
  /** A last look at the tensors, to write wrong ones. */
  change?: (tensors: TensorToWrite[]) => TensorToWrite[];
};

/** All of a layer's matrices. */
const usual = /^blk\.\d+\.(attn|ffn)_(?!.*norm).*\.weight$/;

/** @param basePath The model that the adapter is for. */
export function writeTinyAdapter(
  path: string,
  basePath: string,
  { seed = 1, rank = 4, matrices = usual, metadata = [], change }: TinyAdapterOptions = {},
): void {
  const base = readGguf(basePath);
  const random = uniform(seed);
  const tensors = base.tensors
    .filter(({ name }) => matrices.test(name))
    .flatMap((matrix) => halves(matrix, rank, random));
  const said = new Map([
    ["general.architecture", text(textOf(base.metadata, "general.architecture") ?? "")],
    ["general.type", text("adapter")],
    ["adapter.type", text("lora")],
    ["adapter.lora.alpha", float32(rank)],
    ...metadata,
  ]);
  writeGguf(path, { metadata: said, tensors: change?.(tensors) ?? tensors });
}

/** A [inputs, r] and B [r, outputs], such that BA is about half as strong as the matrix itself. */
function halves(matrix: GgufTensor, rank: number, random: () => number): TensorToWrite[] {
  const [inputs = 1] = matrix.shape;
  const outputs = rowCount(matrix);
  const half = (name: string, shape: number[], deviation: number): TensorToWrite => {
    const values = normals(random, (shape[0] ?? 1) * (shape[1] ?? 1), deviation);
    return { name: `${matrix.name}.${name}`, type: "F32", shape, data: quantize(values, "F32") };
  };
  return [
    half("lora_a", [inputs, rank], 1 / Math.sqrt(inputs)),
    half("lora_b", [rank, outputs], 0.5 / Math.sqrt(rank)),
  ];
}
