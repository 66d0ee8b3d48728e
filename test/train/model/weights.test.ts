/** @file Frozen weights and their transposes, in every format they are kept in; what is refused. */
import { describe, expect, test } from "vitest";
import type { ComputeDevice } from "../../../src/llama/compute-device.ts";
import { type GgufFile, readGguf } from "../../../src/llama/gguf-reader.ts";
import { text, uint32 } from "../../../src/llama/gguf-value.ts";
import { hyperparametersOf } from "../../../src/train/model/hyperparameters.ts";
import { transposeFor } from "../../../src/train/model/transpose-choice.ts";
import type { TransposeType } from "../../../src/train/model/weights.ts";
import {
  load,
  network,
  openDevice,
  someLora,
  someRow,
  someSupervised,
  writeModel,
} from "./trainable.ts";

const row = someRow([11, 13]);

/** The adapters' gradients as one list, which transposes carry back through every layer above. */
function gradients(device: ComputeDevice, path: string, transpose: TransposeType): number[] {
  const weights = load(path, device, { transpose });
  const trained = someLora(device, weights);
  network(device, weights, trained).learn(row, someSupervised(row), () => 0.5);
  return trained.parameters.list.flatMap(({ gradient }) => [...device.readFloats(gradient)]);
}

function relativeError(found: readonly number[], wanted: readonly number[]): number {
  return Math.hypot(...found.map((x, i) => x - (wanted[i] ?? 0))) / Math.hypot(...wanted);
}

describe("a transpose", () => {
  const device = openDevice();
  const path = writeModel({ architecture: "qwen2", embeddingLength: 64 });
  const exact = gradients(device, path, "cast");

  test.for([
    ["F32", 1e-6],
    ["F16", 2e-3],
    ["BF16", 0.02],
    ["Q8_0", 0.03],
  ] as const)("kept in %s bends gradients by no more than %d", ([type, most]) => {
    expect(relativeError(gradients(device, path, type), exact)).toBeLessThan(most);
  });

  test("is made of a quantised base as well", () => {
    const base = writeModel({ architecture: "qwen2", embeddingLength: 64, weightType: "Q8_0" });
    const kept = gradients(device, base, "Q8_0");
    expect(relativeError(kept, gradients(device, base, "cast"))).toBeLessThan(0.03);
  });
});

describe("transposeFor", () => {
  const files = { F32: "F32", F16: "F16", Q8_0: "Q8_0" } as const;

  test.for(Object.keys(files) as (keyof typeof files)[])("keeps those of %s in its own", (type) => {
    const path = writeModel({ embeddingLength: 64, weightType: type });
    expect(transposeFor("auto", readGguf(path))).toBe(files[type]);
    expect(transposeFor("bf16", readGguf(path))).toBe("BF16");
  });

  test("keeps none where there is no room", () => {
    const file = readGguf(writeModel());
    expect(transposeFor("auto", { ...file, sizeBytes: Number.MAX_SAFE_INTEGER })).toBe("cast");
  });
});

describe("hyperparametersOf", () => {
  const file = readGguf(writeModel());
  const changed = (...added: [string, ReturnType<typeof text>][]): GgufFile => ({
    ...file,
    metadata: new Map([...file.metadata, ...added]),
  });

  test.for([
    [changed(["llama.rope.scaling.type", text("yarn")]), /stretched by YaRN/],
    [changed(["llama.expert_count", uint32(8)]), /mixture of experts/],
    [changed(["general.architecture", text("mamba")]), /'mamba'.*Mistral and SmolLM/],
    [changed(["llama.attention.value_length", uint32(4)]), /differ in length/],
  ] as const)("refuses what it cannot train: %#", ([other, sentence]) => {
    expect(() => hyperparametersOf(other)).toThrow(sentence);
  });
});
