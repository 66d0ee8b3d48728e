/** @file The tiny models, in llama.cpp itself: they load, keep every text whole, and decode. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mistralFamily, smollmFamily } from "../../src/fresh/families.ts";
import { recipes } from "../../src/fresh/recipes.ts";
import { type TinyModelOptions, writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { Context, TokenBatch } from "../../src/llama/context.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { Model } from "../../src/llama/model.ts";
import { type Native, startNative } from "../../src/llama/native.ts";

const folder = mkdtempSync(join(tmpdir(), "tiny-"));
const complaints: string[] = [];
let native: Native;
beforeAll(() => {
  native = startNative(findLibraries("cpu"), "cpu", (level, line) => {
    if (level === "error") complaints.push(line);
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(options: TinyModelOptions): Model {
  const path = join(folder, "model.gguf");
  writeTinyModel(path, options);
  return new Model(native, path, { gpuLayers: 0 }, () => complaints.at(-1) ?? null);
}

/** What the context makes of a few tokens in one sequence. */
function evaluate(model: Model, pooling?: "mean") {
  const options = {
    contextSize: 256,
    batchSize: 64,
    sequences: 1,
    threads: 1,
    kvType: "f16",
    flashAttention: "auto",
    ...(pooling && { pooling }),
  } as const;
  const context = new Context(native, model, options, () => complaints.at(-1) ?? null);
  const batch = new TokenBatch(64, 1);
  model.vocab.tokenize("The sea is deep").forEach((token, i) => {
    batch.add(token, i, 0, true);
  });
  const result = context.decode(batch.columns);
  const embedding = pooling && context.embedding(0);
  context.free();
  return { result, embedding };
}

const generators = Object.keys(recipes) as (keyof typeof recipes)[];
const texts = [
  "Hello, I am a tiny model.",
  "two  spaces, a\ttab,\n\n\nlines and \r\n",
  " leading and trailing ",
  "naïve café — 漢字かな 😀🇩🇪👩‍👩‍👧",
  "if (a !== '<|im_end|> </s> <eos>') { return `a`; }",
  "\n",
];

describe.each(generators)("a tiny %s", (architecture) => {
  test.for(["F32", "F16", "Q8_0"] as const)("loads and decodes in %s", (weightType) => {
    const model = load({ architecture, weightType });
    expect(evaluate(model).result).toBe("ok");
    model.free();
  });

  test("gives every text back", () => {
    const { vocab, free } = bound(load({ architecture }));
    for (const text of texts) {
      const back = vocab.detokenize(vocab.tokenize(text, false));
      expect(architecture === "phi3" ? back.replace(/^ /, "") : back).toBe(text);
    }
    free();
  });

  test("has whole words, and ends on its family's marks only", () => {
    const { vocab, free } = bound(load({ architecture }));
    const text = architecture === "phi3" ? "the model and the sea" : " the model and the sea";
    expect(vocab.tokenize(text, false)).toHaveLength(5);
    expect(vocab.endTokens().length).toBeGreaterThan(0);
    expect(vocab.isEndOfGeneration(vocab.eos)).toBe(true);
    for (const token of vocab.endTokens()) expect(vocab.detokenize([token])).toBe("");
    free();
  });
});

function bound(model: Model) {
  return { vocab: model.vocab, free: () => model.free() };
}

describe("a tiny model of a family that has Llama's architecture", () => {
  const kinds = {
    mistral: { family: mistralFamily(), headLength: 32 },
    smollm: { family: smollmFamily(), embeddingLength: 96, heads: 3, kvHeads: 1, tied: true },
  };

  test.for(["mistral", "smollm"] as const)("loads and decodes: %s", (name) => {
    const model = load({ architecture: "llama", ...kinds[name] });
    expect(evaluate(model).result).toBe("ok");
    for (const text of texts) {
      const back = model.vocab.detokenize(model.vocab.tokenize(text, false));
      expect(name === "mistral" ? back.replace(/^ /, "") : back).toBe(text);
    }
    expect(model.vocab.isEndOfGeneration(model.vocab.eos)).toBe(true);
    model.free();
  });

  test("splits digits as SmolLM does", () => {
    const model = load({ architecture: "llama", ...kinds.smollm });
    expect(model.vocab.tokenize("2024", false)).toHaveLength(4);
    model.free();
  });
});

describe("a tiny model for embeddings", () => {
  test.for(["bert", "llama", "qwen3"] as const)("of %s pools to one vector", (architecture) => {
    const model = load({ architecture, pooling: "mean" });
    const { embedding } = evaluate(model, "mean");
    expect(embedding).toHaveLength(64);
    expect(embedding?.every(Number.isFinite)).toBe(true);
    expect(embedding?.some((value) => value !== 0)).toBe(true);
    model.free();
  });
});

describe("writeTinyModel", () => {
  const bytesOf = (options: TinyModelOptions) => {
    const path = join(folder, "bytes.gguf");
    writeTinyModel(path, options);
    return readFileSync(path);
  };

  test("writes the same bytes for the same seed, and others for another", () => {
    const seven = bytesOf({ seed: 7 });
    expect(bytesOf({ seed: 7 }).equals(seven)).toBe(true);
    expect(bytesOf({ seed: 8 }).equals(seven)).toBe(false);
  });

  test("stays below 1.5 MB and 0.3 s", () => {
    for (const architecture of [...generators, "bert" as const]) {
      const started = performance.now();
      const path = join(folder, `${architecture}.gguf`);
      writeTinyModel(path, { architecture });
      expect(performance.now() - started, architecture).toBeLessThan(300);
      expect(statSync(path).size, architecture).toBeLessThan(1.5e6);
    }
  });

  test("takes another vocabulary, another shape and another template", () => {
    const model = load({
      architecture: "llama",
      vocabulary: "spm",
      embeddingLength: 96,
      heads: 6,
      kvHeads: 3,
      layers: 3,
      chatTemplate: null,
    });
    expect(model.embeddingLength).toBe(96);
    model.free();
  });
});
