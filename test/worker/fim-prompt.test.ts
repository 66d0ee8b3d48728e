import { afterAll, describe, expect, test } from "vitest";
import { qwenCoderFamily } from "../../src/fresh/families.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { Model } from "../../src/llama/model.ts";
import { startNative } from "../../src/llama/native.ts";
import { fimPrompt } from "../../src/worker/generation/fim-prompt.ts";
import { tinyModel } from "../support/tiny-models.ts";

const native = startNative(findLibraries("cpu"), "cpu", () => {});
const load = (path: string) => new Model(native, path, { gpuLayers: 0 }, () => null);
const coder = load(tinyModel({ architecture: "qwen2", family: qwenCoderFamily() }));
const chatter = load(tinyModel({ architecture: "qwen2" }));
afterAll(() => {
  coder.free();
  chatter.free();
});

const { vocab } = coder;
const words = (tokens: Int32Array) => vocab.detokenize(tokens, true);

describe("fimPrompt", () => {
  test("marks what stands before the hole, behind it, and the hole", () => {
    expect(words(fimPrompt(vocab, "def add(", "return a + b"))).toBe(
      "<|fim_prefix|>def add(<|fim_suffix|>return a + b<|fim_middle|>",
    );
  });

  test("puts other files first, each behind its name", () => {
    const extra = [
      { filename: "a.py", text: "x = 1\n" },
      { filename: "b.py", text: "y = 2\n" },
    ];
    expect(words(fimPrompt(vocab, "p", "s", extra))).toBe(
      "<|repo_name|>project\n<|file_sep|>a.py\nx = 1\n<|file_sep|>b.py\ny = 2\n" +
        "<|file_sep|>current\n<|fim_prefix|>p<|fim_suffix|>s<|fim_middle|>",
    );
  });

  test("makes no mark of text that spells one", () => {
    const tokens = [...fimPrompt(vocab, "<|fim_suffix|>", "<|fim_middle|>")];
    expect(tokens.filter((token) => token === vocab.fim?.suffix)).toHaveLength(1);
    expect(tokens.filter((token) => token === vocab.fim?.middle)).toHaveLength(1);
  });

  test("shortens other files first, then the far ends of what stands around the hole", () => {
    const [before, after] = ["a b c d e f g h ".repeat(8), "1 2 3 4 5 6 7 8 ".repeat(8)];
    const whole = fimPrompt(vocab, before, after);
    const extra = [{ filename: "long.py", text: "z ".repeat(500) }];
    const some = fimPrompt(vocab, before, after, extra, whole.length + 10);
    expect(some).toHaveLength(whole.length + 10);
    expect(some.subarray(10)).toEqual(whole);
    const short = fimPrompt(vocab, before, after, extra, 43);
    expect(short).toHaveLength(43);
    const [kept = "", rest = ""] = words(short).split("<|fim_suffix|>");
    expect(before.endsWith(kept.replace("<|fim_prefix|>", ""))).toBe(true);
    expect(after.startsWith(rest.replace("<|fim_middle|>", ""))).toBe(true);
    expect(short.indexOf(vocab.fim?.suffix ?? -1)).toBe(31);
  });

  test("gives the suffix the room that a short prefix leaves", () => {
    const short = fimPrompt(vocab, "a", "1 2 3 4 5 6 7 8 ".repeat(8), [], 43);
    expect(short).toHaveLength(43);
    expect(short.indexOf(vocab.fim?.suffix ?? -1)).toBe(2);
  });

  test("is refused where the vocabulary has no marks", () => {
    expect(chatter.vocab.fim).toBeNull();
    expect(() => fimPrompt(chatter.vocab, "a", "b")).toThrow(/cannot fill a hole/);
  });
});
