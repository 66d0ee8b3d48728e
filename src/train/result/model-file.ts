/** @file The trained model as a GGUF file: the base's own, with other weights. */
import type { ComputeDevice } from "../../llama/compute-device.ts";
import type { GgmlTypeName } from "../../llama/ggml-types.ts";
import { allRows, readRows } from "../../llama/gguf-data.ts";
import type { GgufFile } from "../../llama/gguf-reader.ts";
import type { GgufTensor } from "../../llama/gguf-tensor-reader.ts";
import { text, uint32 } from "../../llama/gguf-value.ts";
import { type TensorToWrite, writeGguf } from "../../llama/gguf-writer.ts";
import type { Converter } from "../model/conversion.ts";
import type { ModelWeights, Weight } from "../model/weights.ts";
import type { HostAdapter } from "./adapter-file.ts";

export type ModelFileOptions = {
  name: string;
  /** In place of the base's own. */
  chatTemplate: string | null;
};

const rowsAtOnce = 4096;

/** All weights as they were trained, in F32. */
export function writeTrainedModel(
  path: string,
  base: GgufFile,
  device: ComputeDevice,
  weights: ModelWeights,
  options: ModelFileOptions,
): void {
  const parts = new Map<string, Weight[]>();
  for (const weight of weights.all) {
    const { name } = weight.source.tensor;
    parts.set(name, [...(parts.get(name) ?? []), weight]);
  }
  const tensors = base.tensors.map((tensor): TensorToWrite => {
    const trained = parts.get(tensor.name);
    if (trained === undefined) return copied(tensor);
    const inOrder = trained.toSorted((a, b) => a.source.first - b.source.first);
    return {
      name: tensor.name,
      type: "F32",
      shape: tensor.shape,
      data: () => inOrder.map((part) => bytesOf(device.readFloats(part.tensor))),
    };
  });
  writeGguf(path, { metadata: metadataOf(base, options, 0), tensors });
}

/** The base with the adapters in it: W + s·BA, in formats that are fine enough for the sum. */
export function writeMergedModel(
  path: string,
  base: GgufFile,
  converter: Converter,
  adapters: readonly HostAdapter[],
  scale: number,
  options: ModelFileOptions,
): void {
  const tensors = base.tensors.map((tensor): TensorToWrite => {
    const own = adapters.filter(({ matrix }) => matrix.source.tensor.name === tensor.name);
    if (own.length === 0) return copied(tensor);
    const type = mergedType(tensor);
    return { ...tensor, type, data: () => merged(tensor, type, converter, own, scale) };
  });
  writeGguf(path, { metadata: metadataOf(base, options), tensors });
}

function* merged(
  tensor: GgufTensor,
  type: GgmlTypeName,
  converter: Converter,
  adapters: readonly HostAdapter[],
  scale: number,
): Iterable<Uint8Array> {
  const [inputs = 1] = tensor.shape;
  for (const { firstRow, rows, bytes } of readRows(allRows(tensor), rowsAtOnce)) {
    const values = converter.toFloats(bytes, tensor.type, inputs, rows);
    for (const adapter of adapters) addAdapter(values, firstRow, inputs, adapter, scale);
    yield converter.fromFloats(values, type, inputs);
  }
}

/** Adds s·BA to the rows from `firstRow` on. */
function addAdapter(
  values: Float32Array,
  firstRow: number,
  inputs: number,
  { matrix, a, b }: HostAdapter,
  scale: number,
): void {
  const { first, count } = matrix.source;
  const r = a.length / inputs;
  for (let at = 0; at < values.length / inputs; at++) {
    const output = firstRow + at - first;
    if (output < 0 || output >= count) continue;
    for (let k = 0; k < r; k++) {
      const factor = scale * (b[output * r + k] ?? 0);
      for (let i = 0; i < inputs; i++) {
        values[at * inputs + i] =
          (values[at * inputs + i] ?? 0) + factor * (a[k * inputs + i] ?? 0);
      }
    }
  }
}

function copied(tensor: GgufTensor): TensorToWrite {
  return { ...tensor, data: () => rawBytes(tensor) };
}

function* rawBytes(tensor: GgufTensor): Iterable<Uint8Array> {
  for (const { bytes } of readRows(allRows(tensor), rowsAtOnce)) yield bytes;
}

function metadataOf(
  { metadata }: GgufFile,
  { name, chatTemplate }: ModelFileOptions,
  fileType?: number,
) {
  const own = new Map([...metadata].filter(([key]) => !key.startsWith("split.")));
  own.set("general.name", text(name));
  if (fileType !== undefined) own.set("general.file_type", uint32(fileType));
  if (chatTemplate !== null) own.set("tokenizer.chat_template", text(chatTemplate));
  return own;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const fine: readonly GgmlTypeName[] = ["F32", "F16", "BF16", "Q8_0"];

/** Four bits are too coarse for what an adapter adds; rows that are no whole blocks take F16. */
function mergedType({ type, shape: [rowLength = 1] }: GgufTensor): GgmlTypeName {
  if (fine.includes(type)) return type;
  return rowLength % 32 === 0 ? "Q8_0" : "F16";
}
