/** @file Patterns as grammars: the texts that JavaScript's own expressions match, and no other. */
import { describe, expect, test } from "vitest";
import { GrammarBuilder, literal } from "../../src/grammar/grammar-builder.ts";
import { compileGrammar } from "../../src/grammar/matcher/grammar.ts";
import { matches as automatonMatches } from "../../src/grammar/regex/automaton.ts";
import {
  addRegex,
  choiceGrammar,
  patternAutomaton,
  regexGrammar,
} from "../../src/grammar/regex/regex.ts";
import { matches, seeded } from "./sample-vocabulary.ts";

const patterns = [
  ...["a", "ab|ba", "a*", "a+b?", "(a|b)*a", "a{2}", "a{1,3}b", "a{2,}", "[ab]{2}", "[^a]b"],
  ...["^a", "b$", "^ab$", "^a|b$", "^(a|b)$", "(^a|b)c", "a(b$|c)", "", "^$", ".", "^.$", "a.c"],
  ...["\\d\\w\\s", "\\D\\W\\S", "[\\w-]+", "(?:ab)+?c", "(?<n>a)b", "a*?b", "(a*)*b", "(a|aa)+$"],
  ...[
    "\\x61\\u0062",
    "[a-c]c",
    "[^\\n]\\n",
    "\\u{62}",
    "[\\d.]+",
    "a{0}b",
    "(a{0,2}){2}b",
    "^^a$$",
  ],
];

function someTexts(count: number): string[] {
  const random = seeded(11);
  const alphabet = [..."aaabbbccc1_- .\n🙂é"];
  return Array.from({ length: count }, () =>
    Array.from(
      { length: Math.floor(random() * 6) },
      () => alphabet[Math.floor(random() * alphabet.length)],
    ).join(""),
  );
}

const fail = (reason: string) => new Error(reason);

describe("patternAutomaton", () => {
  const texts = ["", ...someTexts(400)];

  test.for(patterns)("finds /%s/ where JavaScript does", (pattern) => {
    const automaton = patternAutomaton(pattern, true, fail);
    const expression = new RegExp(pattern, "u");
    expect(texts.filter((text) => automatonMatches(automaton, text))).toEqual(
      texts.filter((text) => expression.test(text)),
    );
  });
});

describe("regexGrammar", () => {
  const texts = ["", ...someTexts(60)];

  test.for(patterns)("takes the whole texts that /%s/ matches", (pattern) => {
    const grammar = compileGrammar(regexGrammar(pattern, "guided_regex"));
    const expression = new RegExp(`^(?:${pattern})$`, "u");
    expect(texts.filter((text) => matches(grammar, text))).toEqual(
      texts.filter((text) => expression.test(text)),
    );
  });

  test.for([
    ["(?=a)b", /lookahead/],
    ["(?!a)b", /lookahead/],
    ["(?<=a)b", /lookbehind/],
    ["(a)\\1", /backreference/],
    ["\\bword", /word boundary/],
    ["(?i)a", /flags/],
    ["\\p{L}", /Unicode property/],
    ["(a", /not closed/],
    ["a)", /not open/],
    ["[a", /ends in the middle/],
    ["*a", /nothing to repeat/],
    ["a++", /repeats a repetition/],
    ["[z-a]", /out of order/],
    ["a{2,1}", /at least than at most/],
    ["a{2001}", /more than 2000 times/],
    ["a".repeat(2001), /longer than 2000/],
    [`${"(".repeat(51)}a${")".repeat(51)}`, /deeper than 50/],
    ["((a{100}){100}){100}", /too large/],
    ["a^b", /matches no text/],
    ["\\ud83d", /half of a surrogate/],
  ] as const)("refuses /%s/ in a sentence", ([pattern, sentence]) => {
    expect(() => regexGrammar(pattern, "guided_regex")).toThrow(sentence);
    expect(() => regexGrammar(pattern, "guided_regex")).toThrow(/^The regular expression .*\.$/);
  });

  test("stands in a grammar beside other rules", () => {
    const builder = new GrammarBuilder();
    const [year, word] = [addRegex(builder, "\\d{4}", "x"), addRegex(builder, "[a-z]+", "x")];
    const grammar = compileGrammar(builder.toGbnf(`${year} "-" ${word}`));
    expect(matches(grammar, "2026-abc")).toBe(true);
    expect(matches(grammar, "202-abc")).toBe(false);
  });

  test("writes a long counted row as one repetition", () => {
    expect(regexGrammar("[a-z]{1,2000}", "x").split("\n").length).toBeLessThan(6);
  });
});

describe("choiceGrammar", () => {
  test("takes each choice and nothing else", () => {
    const choices = ["yes", "no", "yes, but", 'a "quoted"', "back\\slash", "line\nbreak", "\u0000"];
    const grammar = compileGrammar(choiceGrammar([...choices, "no"]));
    expect(choices.filter((text) => matches(grammar, text))).toEqual(choices);
    expect(["", "ye", "yes,", "maybe"].filter((text) => matches(grammar, text))).toEqual([]);
  });
});

describe("literal", () => {
  test("writes what the reader of grammars reads", () => {
    const text = [...Array(0x100).keys()].map((code) => String.fromCharCode(code)).join("");
    expect(matches(compileGrammar(`root ::= ${literal(text)}`), text)).toBe(true);
  });
});

describe("GrammarBuilder", () => {
  test.for(["</tool_call>", "aab", "aaa", "abab", "x", "日本"])(
    "splits texts at the first '%s'",
    (marker) => {
      const builder = new GrammarBuilder();
      const until = compileGrammar(builder.toGbnf(builder.until(marker)));
      const without = compileGrammar(builder.toGbnf(builder.without(marker)));
      const half = marker.slice(0, Math.ceil(marker.length / 2));
      const texts = [
        "",
        half,
        `${half}${marker}`,
        `${marker}${half}`,
        `${half}${half}z`,
        `${marker}${marker}`,
        ...someTexts(200),
      ];
      for (const text of texts) {
        const first = text.indexOf(marker);
        expect(matches(without, text), text).toBe(first < 0);
        expect(matches(until, text), text).toBe(
          first >= 0 && first + marker.length === text.length,
        );
      }
    },
  );

  test("gives every rule a name of its own and equal rules the same", () => {
    const builder = new GrammarBuilder();
    expect(builder.rule("a b", '"x"')).toBe("a-b");
    expect(builder.rule("a b", '"x"')).toBe("a-b");
    expect(builder.rule("a-b", '"y"')).toBe("a-b-2");
    expect(builder.rule("a-b-2", '"z"')).not.toBe("a-b-2");
    expect(builder.rule("root", '"r"')).not.toBe("root");
  });
});
