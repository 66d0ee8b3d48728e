import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { findLibraries } from "../../src/llama/libraries.ts";
import { Model } from "../../src/llama/model.ts";
import { startNative } from "../../src/llama/native.ts";
import { tinyModel } from "../support/tiny-models.ts";

const native = startNative(findLibraries("cpu"), "cpu", () => {});
const models: Model[] = [];
afterAll(() => {
  for (const model of models) model.free();
});

function vocabOf(path: string) {
  const model = new Model(native, path, { gpuLayers: 0 }, () => null);
  models.push(model);
  return model.vocab;
}

describe("Vocab", () => {
  const text = "Naïve 🦙 llamas,\n\n  two  spaces\tand 漢字.";

  test.for(["llama", "qwen2", "gemma3"] as const)("gives back a text of %s's", (architecture) => {
    const vocab = vocabOf(tinyModel({ architecture }));
    expect(vocab.detokenize(vocab.tokenize(text, false))).toBe(text);
  });

  test("makes control tokens of template text only", () => {
    const vocab = vocabOf(tinyModel({ architecture: "qwen2" }));
    const controls = new Set(vocab.controlTokens().map(({ text }) => text));
    const count = (special: boolean) =>
      [...vocab.tokenizeSegments([{ text: "a<|im_end|>b", special }])].filter((token) =>
        controls.has(vocab.spelling(token)),
      ).length;
    expect(count(true)).toBe(1);
    expect(count(false)).toBe(0);
  });

  test("begins with BOS where the model wants one, once", () => {
    const vocab = vocabOf(tinyModel({ architecture: "llama" }));
    const bos = vocab.spelling(vocab.bos);
    const written = vocab.tokenizeSegments([{ text: `${bos}Hi`, special: true }]);
    const added = vocab.tokenizeSegments([{ text: "Hi", special: true }]);
    expect([...added]).toEqual([...written]);
    expect(added[0]).toBe(vocab.bos);
  });

  test("does not let SentencePiece merge text into a control token", () => {
    const vocab = vocabOf(withPieces(tinyModel({ architecture: "phi3" }), ["</", "s>"]));
    const tokens = [...vocab.tokenizeSegments([{ text: "strike</s>through", special: false }])];
    expect(tokens).not.toContain(vocab.tokenizeSegments([{ text: "</s>", special: true }]).at(-1));
    expect(vocab.detokenize(tokens)).toContain("strike</s>through");
  });

  test("refuses ids that are not its own", () => {
    const vocab = vocabOf(tinyModel());
    expect(() => vocab.checked([1, 99_999])).toThrow(/99999 is not in the model's vocabulary/);
  });
});

/** The model with some of its two-letter pieces spelt otherwise. */
function withPieces(path: string, pieces: string[]): string {
  const bytes = readFileSync(path);
  const wanted = [...pieces];
  const start = bytes.indexOf("tokenizer.ggml.tokens");
  // A piece is its length in 8 bytes, then its letters; plain letters are safe to replace.
  for (let at = start; wanted.length > 0 && at < bytes.length - 10; at++) {
    const letters = bytes.toString("latin1", at + 8, at + 10);
    if (bytes.readBigUInt64LE(at) !== 2n || !/^[a-z]{2}$/.test(letters)) continue;
    bytes.write(wanted.shift() ?? "", at + 8, "latin1");
  }
  const patched = `${path}.patched.gguf`;
  writeFileSync(patched, bytes);
  return patched;
}
