/** @file The tokenizers against worked examples, and our encoder's vocabulary against itself. */
import { describe, expect, test } from "vitest";
import { byteLevelEncoder, trainByteLevelBpe } from "../../src/fresh/byte-level-bpe.ts";
import { corpus } from "../../src/fresh/corpus.ts";
import { joined, learnMerges, wordCounts } from "../../src/fresh/pair-merges.ts";
import { trainSentencePiece } from "../../src/fresh/sentence-piece.ts";
import { tokenizerMetadata } from "../../src/fresh/vocabulary.ts";

describe("learnMerges", () => {
  test("joins as in the example of Sennrich et al. (2016)", () => {
    const words: [string, number][] = [
      ["low", 5],
      ["lower", 2],
      ["newest", 6],
      ["widest", 3],
    ];
    const symbols = words.map(([word, count]): [string[], number] => [[...word, "·"], count]);
    const merges = learnMerges(symbols, 5);
    expect(merges[0]).toEqual(["e", "s"]);
    const apply = (word: string) => merges.reduce(joined, [...word, "·"]);
    expect(apply("lowest")).toEqual(["low", "est·"]); // a word that the text does not have
  });

  test("stops where no pair occurs often enough", () => {
    expect(learnMerges([[["a", "b"], 1]], 9)).toEqual([]);
    expect(learnMerges([[["a", "b"], 1]], 9, 1)).toEqual([["a", "b"]]);
  });

  test("joins at each step a pair that no other is more frequent than, until none is left", () => {
    let words = [...wordCounts(corpus.match(/\p{L}+|\S/gu) ?? [])].map(
      ([word, count]) => [[...word], count] as const,
    );
    const pairsOf = () => {
      const counts = new Map<string, number>();
      for (const [symbols, count] of words)
        for (const [i, right] of symbols.slice(1).entries()) {
          const pair = `${symbols[i]} ${right}`;
          counts.set(pair, (counts.get(pair) ?? 0) + count);
        }
      return counts;
    };
    const merges = learnMerges(words, 2000, 3);
    expect(merges.length).toBeGreaterThan(100);
    for (const merge of merges) {
      const counts = pairsOf();
      expect(counts.get(merge.join(" "))).toBe(Math.max(...counts.values()));
      words = words.map(([symbols, count]) => [joined(symbols, merge), count] as const);
    }
    expect(Math.max(...pairsOf().values())).toBeLessThan(3);
  });

  test("counts overlapping pairs as often as they stand there", () => {
    expect(joined(["a", "a", "a"], ["a", "a"])).toEqual(["aa", "a"]);
  });
});

describe("byte-level BPE", () => {
  const special = [{ text: "<|end|>", type: "control" }] as const;
  const vocabulary = trainByteLevelBpe("the sea, the sea, the tree", {
    pre: "gpt-2",
    mergeCount: 20,
    special,
  });
  const spelling = (text: string) =>
    byteLevelEncoder(vocabulary, "gpt-2")(text).map((id) => vocabulary.tokens[id]?.text);

  test("has all 256 bytes first, each as a character of its own", () => {
    const bytes = vocabulary.tokens.slice(0, 256).map(({ text }) => text);
    expect(new Set(bytes).size).toBe(256);
    expect([bytes[0x41], bytes[0x20], bytes[0x0a], bytes[0xad]]).toEqual(["A", "Ġ", "Ċ", "Ń"]);
  });

  test("joins what occurs often, and spells the rest in bytes", () => {
    expect(spelling("the sea")).toEqual(["the", "Ġsea"]);
    expect(spelling("é")).toEqual(["Ã", "©"]);
  });

  test("puts special tokens last, and text never becomes one", () => {
    expect(vocabulary.tokens.at(-1)).toEqual(special[0]);
    expect(spelling("<|end|>")).not.toContain("<|end|>");
  });
});

describe("SentencePiece", () => {
  const vocabulary = trainSentencePiece("the sea, the sea", {
    mergeCount: 20,
    first: [{ text: "<unk>", type: "unknown" }],
    last: [],
  });
  const texts = vocabulary.tokens.map(({ text }) => text);

  test("has first the given tokens, then one token per byte", () => {
    expect(texts.slice(0, 2)).toEqual(["<unk>", "<0x00>"]);
    expect(texts[256]).toBe("<0xFF>");
  });

  test("scores a piece above all that were joined later", () => {
    const pieces = vocabulary.tokens.slice(257);
    const scores = pieces.map(({ score }) => score ?? 0);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(texts).toContain("▁sea");
  });

  test("has no token twice: llama.cpp aborts on that", () => {
    expect(new Set(texts).size).toBe(texts.length);
  });
});

test("a special token that the vocabulary lacks is an error", () => {
  const vocabulary = { model: "gpt2", tokens: [] } as const;
  expect(() => tokenizerMetadata(vocabulary, { eos: "<eos>", addBos: false })).toThrow(
    "The vocabulary has no token '<eos>'.",
  );
});
