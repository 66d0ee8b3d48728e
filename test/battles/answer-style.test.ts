import { describe, expect, test } from "vitest";
import { answerStyle } from "../../src/battles/answer-style.ts";
import { RecordDetails } from "../../src/battles/record-details.ts";

const conversation = (answer: unknown, tokens?: number) => [
  { role: "user", content: "# not an answer", num_tokens: 100 },
  { role: "assistant", content: answer, num_tokens: tokens },
];

const style = (features: string[], row: Record<string, unknown>) => [
  ...answerStyle(features, new RecordDetails(row)),
];

describe("the style of two answers", () => {
  test("is what the metadata say, kinds summed", () => {
    const conv_metadata = {
      sum_assistant_a_tokens: 9,
      sum_assistant_b_tokens: 4,
      bold_count_a: { "**": 2, __: 1 },
      bold_count_b: 0,
      emoji_a: 5,
      emoji_b: 6,
    };
    expect(style(["emoji", "length", "bold"], { conv_metadata })).toEqual([5, 9, 3, 6, 4, 0]);
  });

  test("is counted in the answers where the metadata do not say it of both", () => {
    const row = {
      conversation_a: conversation("# T\n\n- **a** b\n- c"),
      conversation_b: conversation("plain words only"),
      conv_metadata: { header_count_a: 7, list_count_a: 8, list_count_b: 9 },
    };
    expect(style(["header", "list", "bold"], row)).toEqual([1, 8, 1, 0, 9, 0]);
  });

  test("measures both lengths in tokens, or both in words", () => {
    const stated = {
      conversation_a: conversation("one two three", 30),
      conversation_b: conversation("one", 10),
    };
    expect(style(["length"], stated)).toEqual([30, 10]);
    const half = { ...stated, conversation_b: conversation("one") };
    expect(style(["length"], half)).toEqual([3, 1]);
    const metadata = { ...half, conv_metadata: { sum_assistant_a_tokens: 30 } };
    expect(style(["length"], metadata)).toEqual([3, 1]);
  });

  test("counts an ideograph as a word, and the text of every part", () => {
    const parts = [{ type: "text", text: "two words" }, { type: "image", image: "x" }, "third"];
    const row = {
      conversation_a: conversation("東京は big です。"),
      conversation_b: conversation(parts),
    };
    expect(style(["length"], row)).toEqual([7, 3]);
  });

  test("is not known without texts, or for a feature that only metadata could say", () => {
    expect(style(["length", "header"], {})).toEqual([NaN, NaN, NaN, NaN]);
    const row = { conversation_a: conversation("a"), conversation_b: conversation("b") };
    expect(style(["length", "emoji"], row)).toEqual([1, NaN, 1, NaN]);
    expect(style(["length"], { conversation_a: conversation("a") })).toEqual([NaN, NaN]);
  });
});
