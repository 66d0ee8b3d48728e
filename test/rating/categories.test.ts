import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import {
  type CategoryFacts,
  categories,
  categoryBit,
  categoryBits,
} from "../../src/rating/categories.ts";

const nothing: CategoryFacts = {
  winner: "tie",
  language: null,
  turns: null,
  userTokens: null,
  sideTokens: null,
  isCode: null,
  isRefusal: null,
  isPreset: null,
  dedupSampled: null,
  tags: null,
};
const namesFor = (facts: Partial<CategoryFacts>) => {
  const bits = categoryBits({ ...nothing, ...facts });
  return categories.map(({ name }) => name).filter((name) => (bits & categoryBit(name)) !== 0);
};
const criteria = (met: number) => ({
  "criteria_v0.1": Object.fromEntries(
    [
      "complexity",
      "creativity",
      "domain_knowledge",
      "problem_solving",
      "real_world",
      "specificity",
      "technical_accuracy",
    ].map((name, i) => [name, i < met]),
  ),
});

describe("categoryBits", () => {
  test("of a battle that nothing is known of is full alone", () => {
    expect(namesFor({})).toEqual(["full"]);
  });

  test("takes no verdict that was not given for a yes", () => {
    const tags = { "math_v0.1": null, "if_v0.1": {}, "criteria_v0.1": { math: true } };
    expect(namesFor({ tags })).toEqual(["full"]);
  });

  const cases: [string, Partial<CategoryFacts>, Partial<CategoryFacts>][] = [
    ["dedup", { dedupSampled: true }, { dedupSampled: false }],
    ["multiturn", { turns: 2 }, { turns: 1 }],
    ["coding", { isCode: true }, { isCode: false }],
    ["long_user", { userTokens: 500 }, { userTokens: 499 }],
    ["no_short", { userTokens: 5 }, { userTokens: 4 }],
    ["long", { sideTokens: [10, 768] }, { sideTokens: [767, 767] }],
    ["long", { sideTokens: [768, 0] }, { sideTokens: [0, 0] }],
    ["no_tie", { winner: "model_b" }, { winner: "both_bad" }],
    ["no_refusal", { isRefusal: false }, { isRefusal: true }],
    ["is_preset", { isPreset: false }, { isPreset: true }],
    ["korean", { language: "Korean" }, { language: "English" }],
    ["hard_6", { tags: criteria(6) }, { tags: criteria(5) }],
    ["hard_english_6", { tags: criteria(7), language: "English" }, { tags: criteria(7) }],
    ["math", { tags: { "math_v0.1": { math: true } } }, { tags: { "math_v0.1": { math: false } } }],
    [
      "if",
      { tags: { "if_v0.1": { if: true, score: 4 } } },
      { tags: { "if_v0.1": { if: false, score: 3 } } },
    ],
    [
      "ocr",
      { tags: { "ocr_v0.1": { ocr: true } } },
      { tags: { "captioning_v0.1": { captioning: true } } },
    ],
  ];
  test.for(cases)("sets %s where it holds and only there", ([name, yes, no]) => {
    expect(namesFor(yes)).toContain(name);
    expect(namesFor(no)).not.toContain(name);
  });
});

describe("categoryBit", () => {
  test("gives each category one bit of 32 of its own", () => {
    const bits = categories.map(({ name }) => categoryBit(name));
    expect(new Set(bits).size).toBe(categories.length);
    for (const bit of bits) expect(Number.isInteger(Math.log2(bit)) && bit < 2 ** 32).toBe(true);
  });

  test("names the categories there are when asked for another", () => {
    expect(() => categoryBit("maths")).toThrow(UsageError);
    expect(() => categoryBit("maths")).toThrow(/'maths'.*full, dedup, math/);
  });
});
