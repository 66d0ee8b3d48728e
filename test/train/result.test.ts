/** @file What training writes is what it trained: llama.cpp computes the same with the files. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { normals, uniform } from "../../src/fresh/random.ts";
import { Context, TokenBatch } from "../../src/llama/context.ts";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import { textOf } from "../../src/llama/gguf-value.ts";
import { Model } from "../../src/llama/model.ts";
import { describeModel } from "../../src/llama/model-description.ts";
import { quantizeModel } from "../../src/llama/model-quantizer.ts";
import { loraTargets } from "../../src/protocol/training.ts";
import { Converter } from "../../src/train/model/conversion.ts";
import { wholeModel } from "../../src/train/model/whole-model.ts";
import { readAdapters, writeAdapter } from "../../src/train/result/adapter-file.ts";
import { writeMergedModel, writeTrainedModel } from "../../src/train/result/model-file.ts";
import {
  load,
  native,
  network,
  openDevice,
  someLora,
  someRow,
  writeModel,
} from "./model/trainable.ts";

const folder = mkdtempSync(join(tmpdir(), "result-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const device = openDevice();
const row = someRow([20]);
const places = [...row.tokens.keys()];
const about = { name: "taught", chatTemplate: null };

/** (tokens, vocabulary) llama.cpp's logits, with an adapter or without. */
function llamaLogits(path: string, size: number, adapter?: string): Float32Array[] {
  const model = new Model(native, path, { gpuLayers: 0 }, () => null);
  const context = new Context(
    native,
    model,
    {
      ...{ contextSize: 64, batchSize: 64, sequences: 1, threads: 1 },
      ...{ kvType: "f32", flashAttention: "off" },
    },
    () => null,
  );
  if (adapter) context.applyAdapters([{ pointer: model.loadAdapter(adapter), scale: 1 }]);
  const batch = new TokenBatch(64, 1);
  for (const [i, token] of row.tokens.entries()) batch.add(token, i, 0, true);
  context.decode(batch.columns);
  const logits = places.map((place) => context.logits(place, size));
  context.free();
  model.free();
  return logits;
}

function apartBy(own: readonly Float32Array[], theirs: readonly Float32Array[]): number {
  const differences = own.map((logits, i) =>
    logits.reduce((most, x, k) => Math.max(most, Math.abs(x - (theirs[i]?.[k] ?? 99))), 0),
  );
  return Math.max(...differences);
}

describe.for([
  ["llama", false],
  ["qwen3", true],
  ["gemma2", false],
  ["phi3", true],
] as const)("a trained %s", ([architecture, rslora]) => {
  const path = writeModel({ architecture, embeddingLength: 64 });
  const file = readGguf(path);
  const weights = load(path, device);
  const trained = someLora(device, weights, { targets: loraTargets, rslora });
  const own = network(device, weights, trained).logits(row, places);
  const size = weights.hyperparameters.vocabularySize;
  const { lora } = trained;
  if (lora === null) throw new Error("it has no adapter");
  const adapters = readAdapters(device, weights, lora);

  test("has our logits as an adapter file, and others without it", () => {
    const adapter = join(folder, `${architecture}-adapter.gguf`);
    writeAdapter(adapter, file, adapters, { r: 4, scale: lora.scale, name: "taught" });
    expect(apartBy(own, llamaLogits(path, size, adapter))).toBeLessThan(4e-3);
    expect(apartBy(own, llamaLogits(path, size))).toBeGreaterThan(0.1);
  });

  test("has them merged into its base", () => {
    const merged = join(folder, `${architecture}-merged.gguf`);
    writeMergedModel(merged, file, new Converter(device), adapters, lora.scale, about);
    expect(apartBy(own, llamaLogits(merged, size))).toBeLessThan(4e-3);
  });

  test("has them as a whole model of other weights, which keeps its words and its template", () => {
    const all = load(path, device, { trainable: true, transpose: "cast" });
    const whole = wholeModel(device, all);
    const random = uniform(7);
    for (const { value } of whole.parameters.list) {
      const values = device.readFloats(value);
      const moved = normals(random, values.length, 0.02);
      device.write(
        value,
        values.map((x, i) => x + (moved[i] ?? 0)),
      );
    }
    const target = join(folder, `${architecture}-whole.gguf`);
    writeTrainedModel(target, file, device, all, about);
    const logits = network(device, all, whole).logits(row, places);
    expect(apartBy(logits, llamaLogits(target, size))).toBeLessThan(4e-3);
    const written = readGguf(target);
    expect(textOf(written.metadata, "general.name")).toBe("taught");
    expect(textOf(written.metadata, "tokenizer.chat_template")).toBe(
      textOf(file.metadata, "tokenizer.chat_template"),
    );
  });
});

describe("quantizeModel", () => {
  test.for(["F16", "BF16", "Q8_0", "Q6_K", "Q4_K_M", "Q4_0"] as const)("writes %s", (format) => {
    const source = writeModel({ architecture: "qwen2", embeddingLength: 256, feedForward: 256 });
    const target = join(folder, `${format}.gguf`);
    quantizeModel(native, source, target, format, 1);
    expect(describeModel(readGguf(target)).fileType).toBe(format);
    expect(llamaLogits(target, 5)[0]?.every(Number.isFinite)).toBe(true);
  });
});
