import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toBattle } from "../../src/battles/battle-row.ts";
import { BadRow } from "../../src/files/bad-row.ts";
import { BattleRecord } from "../../src/protocol/battle.ts";
import { categoryBit } from "../../src/rating/categories.ts";
import { nothing } from "./battle-files.ts";

const battle = { model_a: "x", model_b: "y", winner: "model_a" };

/** Whether the row's battle is in each of the categories. */
function isIn(row: Record<string, unknown>, ...names: string[]): boolean[] {
  const { categories } = toBattle({ ...battle, ...row }, { ...nothing, withCategories: true });
  return names.map((name) => (categories & categoryBit(name)) !== 0);
}

const turns = (...texts: string[]) =>
  texts.map((content, i) => ({ role: i % 2 === 0 ? "user" : "assistant", content }));

describe("toBattle", () => {
  test("refuses exactly what the schema refuses, and who fights himself", () => {
    const anything = fc.oneof(
      fc.constantFrom(undefined, null, "", "x", "y", "tie", "tie (bothbad)", "toString", true),
      fc.constantFrom(0, 1.5, Number.NaN, Infinity, new Date(0), new Date(Number.NaN), [], {}),
    );
    const mostly = (value: unknown) =>
      fc.oneof({ weight: 15, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: anything });
    const row = fc.record({
      model_a: mostly("x"),
      model_b: mostly("y"),
      winner: mostly("tie"),
      judge: mostly("me"),
      judge_hash: mostly(null),
      anony: mostly(true),
      language: mostly("English"),
      tstamp: mostly(1.7e9),
      quarantine: mostly(undefined),
    });
    fc.assert(
      fc.property(row, (one) => {
        const refused = !BattleRecord.safeParse(one).success || one.model_a === one.model_b;
        if (refused) expect(() => toBattle(one, nothing)).toThrow(BadRow);
        else expect(toBattle(one, nothing)).toMatchObject({ modelA: one.model_a });
      }),
      { numRuns: 1000 },
    );
  });

  test("takes a battle as anonymous, and at no time, unless the row says more", () => {
    expect(toBattle(battle, nothing)).toEqual({
      modelA: "x",
      modelB: "y",
      winner: "model_a",
      time: Number.NaN,
      judge: null,
      anonymous: true,
      language: null,
      categories: 0,
      prompt: 0,
      style: null,
    });
  });

  test("has the same prompt for the same questions, whatever the answers", () => {
    const promptOf = (a: object[], b: object[]) =>
      toBattle(
        { ...battle, conversation_a: a, conversation_b: b },
        { ...nothing, withPrompts: true },
      ).prompt;
    const one = promptOf(turns("Why?", "So.", "Really?"), turns("Why?", "No."));
    expect(promptOf(turns("Why?", "Well", "Really?"), turns("Other?"))).toBe(one);
    expect(promptOf(turns("Why?\nReally?"), [])).toBe(one); // as FastChat joins them
    expect(promptOf(turns("Why?", "So."), [])).not.toBe(one);
    expect(promptOf([], [])).toBe(0);
  });
});

describe("the categories of a row", () => {
  test("follow its tags", () => {
    const row = {
      language: "en",
      is_code: true,
      is_refusal: false,
      is_preset: false,
      dedup_tag: { high_freq: true, sampled: true },
      category_tag: { "math_v0.1": { math: true }, "if_v0.1": { if: false, score: 2 } },
    };
    const names = ["coding", "no_refusal", "is_preset", "dedup", "english", "math", "if"];
    expect(isIn(row, ...names)).toEqual([true, true, true, true, true, true, false]);
    expect(isIn({}, ...names)).toEqual(names.map(() => false));
  });

  test("count turns as the row, the metadata or the conversation says", () => {
    expect(isIn({ turn: 2 }, "multiturn")).toEqual([true]);
    expect(isIn({ conv_metadata: { turns: 2 } }, "multiturn")).toEqual([true]);
    const conversations = { conversation_a: turns("a", "b", "c"), conversation_b: turns("a") };
    expect(isIn(conversations, "multiturn")).toEqual([true]);
    expect(isIn({ ...conversations, turn: 1 }, "multiturn")).toEqual([false]);
  });

  test("count tokens as they are stated, else words", () => {
    const names = ["long_user", "long", "no_short"];
    const metadata = {
      sum_user_tokens: 500,
      sum_assistant_a_tokens: 1,
      sum_assistant_b_tokens: 268,
    };
    expect(isIn({ conv_metadata: metadata }, ...names)).toEqual([true, true, true]);
    const conversation_a = turns("word ".repeat(4), "word");
    const texts = { conversation_a, conversation_b: turns("hi", "word ".repeat(768)) };
    expect(isIn(texts, ...names)).toEqual([false, true, false]);
    const stated = conversation_a.map((turn) => ({ ...turn, num_tokens: 600 }));
    expect(isIn({ ...texts, conversation_a: stated }, ...names)).toEqual([true, true, true]);
  });
});
