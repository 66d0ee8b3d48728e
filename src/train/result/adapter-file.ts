/**
 * @file The LoRA adapter as a GGUF file, the way llama.cpp reads it: `<tensor>.lora_a` [inputs, r]
 * and `<tensor>.lora_b` [r, outputs], and one alpha for all; their effect is alpha / r.
 *
 * Source: src/llama-adapter.cpp of llama.cpp v0.5.0.
 */
import type { ComputeDevice } from "../../llama/compute-device.ts";
import { rowCount } from "../../llama/gguf-data.ts";
import type { GgufFile } from "../../llama/gguf-reader.ts";
import { float32, text, textOf } from "../../llama/gguf-value.ts";
import { type TensorToWrite, writeGguf } from "../../llama/gguf-writer.ts";
import { quantize } from "../../llama/quantization.ts";
import type { Lora } from "../model/lora.ts";
import type { MatrixWeight, ModelWeights } from "../model/weights.ts";

/** One adapter of one matrix of ours, on the host. */
export type HostAdapter = {
  matrix: MatrixWeight;
  /** (r, inputs) */
  a: Float32Array;
  /** (outputs, r) */
  b: Float32Array;
};

export function readAdapters(
  device: ComputeDevice,
  { layers }: ModelWeights,
  { adapters }: Lora,
): HostAdapter[] {
  return adapters.flatMap(({ layer, target, a, b }) => {
    const matrix = layers[layer]?.[target].matrix;
    if (matrix === undefined) return [];
    return [{ matrix, a: device.readFloats(a.value), b: device.readFloats(b.value) }];
  });
}

export function writeAdapter(
  path: string,
  base: GgufFile,
  adapters: readonly HostAdapter[],
  { r, scale, name }: { r: number; scale: number; name: string },
): void {
  const metadata = new Map([
    ["general.architecture", text(textOf(base.metadata, "general.architecture") ?? "")],
    ["general.type", text("adapter")],
    ["general.name", text(name)],
    ["adapter.type", text("lora")],
    ["adapter.lora.alpha", float32(scale * r)],
  ]);
  const groups = [...byTensor(adapters).values()];
  writeGguf(path, { metadata, tensors: groups.flatMap((group) => halves(group, r)) });
}

function byTensor(adapters: readonly HostAdapter[]): Map<string, HostAdapter[]> {
  const groups = new Map<string, HostAdapter[]>();
  for (const adapter of adapters) {
    const { name } = adapter.matrix.source.tensor;
    groups.set(name, [...(groups.get(name) ?? []), adapter]);
  }
  return groups;
}

/**
 * Where one tensor of the file is several of our matrices, their adapters lie side by side in one of
 * a higher rank, each beside zeros; B makes up for alpha being divided by that rank.
 */
function halves(group: readonly HostAdapter[], r: number): TensorToWrite[] {
  const tensor = group[0]?.matrix.source.tensor;
  if (tensor === undefined) return [];
  const [inputs = 1] = tensor.shape;
  const outputs = rowCount(tensor);
  const rank = r * group.length;
  const a = new Float32Array(inputs * rank);
  const b = new Float32Array(rank * outputs);
  for (const [i, adapter] of group.entries()) {
    const { first, count } = adapter.matrix.source;
    a.set(adapter.a, i * r * inputs);
    for (let row = 0; row < count; row++) {
      const part = adapter.b.subarray(row * r, (row + 1) * r).map((x) => x * group.length);
      b.set(part, (first + row) * rank + i * r);
    }
  }
  return [
    { name: `${tensor.name}.lora_a`, type: "F32", shape: [inputs, rank], data: quantize(a, "F32") },
    {
      name: `${tensor.name}.lora_b`,
      type: "F32",
      shape: [rank, outputs],
      data: quantize(b, "F32"),
    },
  ];
}
