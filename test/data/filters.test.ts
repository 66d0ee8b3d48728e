/** @file Filters, each with what it keeps and what it drops. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  filtered,
  type LanguageOptions,
  languageFilter,
  modelFilter,
  repeatedDigits,
  wrongLists,
} from "../../src/data/filters.ts";
import { singleRounds } from "../../src/data/single-round.ts";
import { loadDetector } from "../../src/files/language.ts";
import { chat, talk, through } from "./chats.ts";

describe("wrongLists", () => {
  test.for([
    ["Do:\n1. this\n1. that", "wrong list numbers"],
    ["Do:\n1. this\n2. that\n1. so", null],
    ["1. this\n1. that", null],
    ["\n1. in 2020\n1. later\n1. and then", "wrong list numbers"],
    ["\n1.this\n1.that", null],
    ["", null],
  ] as const)("says of %j: %j", ([text, rule]) => {
    expect(wrongLists(chat(talk("How?", text)))).toBe(rule);
  });

  test("finds what FastChat's pattern finds", () => {
    const piece = fc.constantFrom("\n1. ", "1. ", "\n", "2", "a", "\n1.");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const found = wrongLists(chat(talk("How?", text))) !== null;
        expect(found).toBe(/\n1\. [^2]*\n1\. /.test(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("repeatedDigits", () => {
  test.for([
    ["1000000000", "repeated digits"],
    ["100000000", null],
    ["1212121212121212", null],
  ] as const)("says of %j: %j", ([text, rule]) => {
    expect(repeatedDigits(chat(talk("How many?", text)))).toBe(rule);
  });
});

describe("languageFilter", () => {
  const english = talk(
    "How do I bake a cake?",
    "Mix flour, sugar and butter, then bake it for an hour.",
  );
  const german = talk(
    "Wie backe ich einen Kuchen?",
    "Mische Mehl, Zucker und Butter und backe alles eine Stunde.",
  );
  const digits = talk("1+1", "2");

  async function rulesOf(options: Partial<LanguageOptions>) {
    const filter = languageFilter({ keep: [], skip: [], detect: await loadDetector(), ...options });
    const named = chat(english, { language: "ko" });
    return [chat(english), chat(german), chat(digits), named].map(filter);
  }

  test("keeps only the languages it is told to", async () => {
    expect(await rulesOf({ keep: ["English"] })).toEqual([
      null,
      "in German",
      "language unknown",
      "in Korean",
    ]);
  });

  test("skips languages; what cannot be told stays", async () => {
    expect(await rulesOf({ skip: ["German", "Korean"] })).toEqual([
      null,
      "in German",
      null,
      "in Korean",
    ]);
  });
});

describe("modelFilter", () => {
  test("keeps one model's, and what nobody signed", () => {
    const from = (model: string | null) =>
      modelFilter("gpt4", true)(chat(talk("q", "a"), { model }));
    expect(["gpt4", null, "gpt3"].map(from)).toEqual([null, null, "another model"]);
  });

  test("may want a signature", () => {
    const filter = modelFilter("gpt4", false);
    expect(filter(chat(talk("q", "a")))).toBe("no model named");
    expect(filter(chat(talk("q", "a"), { model: "gpt4" }))).toBeNull();
  });
});

describe("filtered", () => {
  test("keeps the order, and names the place of what it drops", async () => {
    const places: string[] = [];
    const source = [
      chat(talk("q", "a"), { id: "1" }),
      chat(talk("q"), { id: "2" }),
      chat(talk("q", "b"), { id: "3" }),
    ];
    const { kept } = await through((all, dropped) => {
      const noting = (rule: string, place: string) => {
        places.push(place);
        dropped(rule, place);
      };
      return filtered(all, ({ messages }) => (messages.length < 2 ? "short" : null), noting);
    }, source);
    expect(kept.map(({ id }) => id)).toEqual(["1", "3"]);
    expect(places).toEqual([source[1].place]);
  });
});

describe("singleRounds", () => {
  test("keeps the first round, its system message and its tools", async () => {
    const system = { role: "system" as const, content: "s" };
    const { kept, rules } = await through(singleRounds, [
      chat([system, ...talk("a", "b", "c", "d")]),
      chat(talk("a")),
    ]);
    expect(kept.map(({ messages }) => messages)).toEqual([[system, ...talk("a", "b")]]);
    expect(rules).toEqual(["first round without an answer"]);
  });
});
