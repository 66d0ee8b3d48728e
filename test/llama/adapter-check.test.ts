import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { TinyAdapterOptions } from "../../src/fresh/tiny-adapter.ts";
import { adapterCheck } from "../../src/llama/adapter-check.ts";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import { float32, float32s, int32s, text, uint32 } from "../../src/llama/gguf-value.ts";
import type { TensorToWrite } from "../../src/llama/gguf-writer.ts";
import { tinyAdapter, tinyModel } from "../support/tiny-models.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-adapters-"));
afterAll(() => rmSync(folder, { recursive: true }));

const base = tinyModel({ architecture: "llama" });
const tied = tinyModel({ architecture: "llama", tied: true });

/** Zeros of the right length; F32 unless told otherwise. */
const tensor = (name: string, shape: number[], type: "F32" | "I32" = "F32"): TensorToWrite => ({
  ...{ name, shape, type },
  data: new Uint8Array(shape.reduce((product, length) => product * length, 4)),
});
const pair = (name: string, a: number[], b: number[]) => () => [
  tensor(`${name}.lora_a`, a),
  tensor(`${name}.lora_b`, b),
];

const cases: [what: string, options: TinyAdapterOptions, says: RegExp][] = [
  [
    "that is a model",
    { metadata: [["general.type", text("model")]] },
    /it is a whole model, which is served on its own; an adapter is/,
  ],
  [
    "that sees pictures",
    { metadata: [["general.type", text("mmproj")]] },
    /it is of the type 'mmproj'; an adapter is/,
  ],
  ["whose type is a number", { metadata: [["adapter.type", uint32(1)]] }, /does not call it/],
  [
    "of another architecture",
    { metadata: [["general.architecture", text("qwen2")]] },
    /architecture 'qwen2', but the model's is 'llama'/,
  ],
  [
    "whose alpha llama.cpp would abort on",
    { metadata: [["adapter.lora.alpha", uint32(8)]] },
    /alpha is not a number of type float32/,
  ],
  [
    "whose alpha is infinite",
    { metadata: [["adapter.lora.alpha", float32(Number.POSITIVE_INFINITY)]] },
    /alpha/,
  ],
  [
    "that waits for a word",
    { metadata: [["adapter.alora.invocation_tokens", int32s([1])]] },
    /activated LoRA/,
  ],
  ["without tensors", { change: () => [] }, /changes no tensor/],
  ["with one half", { change: (all) => all.slice(1) }, /only one half/],
  ["with a whole tensor", { change: () => [tensor("blk.0.attn_q.weight", [64, 64])] }, /not part/],
  [
    "of whole numbers",
    { change: () => [tensor("blk.0.attn_q.weight.lora_a", [64, 4], "I32")] },
    /of type I32/,
  ],
  [
    "of a deeper model",
    { change: pair("blk.7.attn_q.weight", [64, 4], [4, 64]) },
    /'blk.7.attn_q.weight', which this model does not have: it was made for another base, take one/,
  ],
  [
    "of a wider model",
    { change: pair("blk.0.attn_q.weight", [128, 4], [4, 128]) },
    /is for 128 × 128, but the model's is 64 × 64: it was made for another base, take one/,
  ],
  [
    "whose halves do not meet",
    { change: pair("blk.0.attn_q.weight", [64, 4], [8, 64]) },
    /made for another base/,
  ],
  [
    "of a mixture of experts",
    { change: pair("blk.0.attn_q.weight", [64, 4, 8], [4, 64, 8]) },
    /made for another base/,
  ],
  [
    "of a norm",
    { change: pair("blk.0.attn_norm.weight", [64, 4], [4, 1]) },
    /made for another base/,
  ],
];

describe("adapterCheck", () => {
  const check = adapterCheck(base);

  test("takes an adapter of the model", () => {
    expect(() => check(tinyAdapter("good", base))).not.toThrow();
    const embeddings = pair("token_embd.weight", [4, vocabularySize()], [4, 64]);
    const metadata: TinyAdapterOptions["metadata"] = [["general.tags", float32s([1])]];
    expect(() =>
      check(tinyAdapter("good-2", base, { metadata, change: embeddings })),
    ).not.toThrow();
  });

  test.for(cases)("refuses one %s", ([what, options, says]) => {
    const path = tinyAdapter(what.replaceAll(/\W/g, "-"), base, options);
    expect(() => check(path)).toThrow(says);
    expect(() => check(path)).toThrow(/^Cannot use the LoRA adapter .*\.$/);
  });

  test.for<[what: string, bytes: string | null, says: RegExp]>([
    ["is not there", null, /there is no such file; an adapter is a GGUF file, as/],
    ["is garbage", "garbage", /it is not a GGUF file, but something unknown; an adapter is/],
    ["is empty", "", /it is empty; an adapter is/],
    ["ends too early", "GGUF\u0003", /truncated: needs \d+ bytes, has 5\.$/],
  ])("says of a file that %s that it should be an adapter", ([what, bytes, says]) => {
    const path = join(folder, `${what.replaceAll(" ", "-")}.gguf`);
    if (bytes !== null) writeFileSync(path, bytes);
    expect(() => check(path)).toThrow(says);
    expect(() => check(path)).toThrow(`Cannot use the LoRA adapter ${path}: `);
  });

  test("refuses one of the embeddings that are the output too, on which llama.cpp aborts", () => {
    const change = pair("token_embd.weight", [4, vocabularySize()], [4, 64]);
    expect(() => adapterCheck(tied)(tinyAdapter("embeddings", tied, { change }))).toThrow(
      /output too/,
    );
  });
});

function vocabularySize(): number {
  return readGguf(base).tensors.find(({ name }) => name === "token_embd.weight")?.shape[1] ?? 0;
}
