/** @file Grammars made to hurt: each is refused or followed, soon and in bounded memory. */
import { describe, expect, test } from "vitest";
import { compileGrammar } from "../../src/grammar/matcher/grammar.ts";
import { TokenMatcher } from "../../src/grammar/matcher/token-matcher.ts";
import { type TokenBytes, TokenTrie } from "../../src/grammar/matcher/token-trie.ts";
import { seeded } from "./sample-vocabulary.ts";

/** 20 000 tokens from few letters: a walk through them finds the worst of every grammar. */
function denseVocabulary(): TokenBytes {
  const random = seeded(9);
  const texts = Array.from({ length: 20_000 }, (_, token) => {
    if (token < 256) return Uint8Array.of(token);
    if (token < 384) return Buffer.from("a".repeat(token - 254));
    const length = 2 + Math.floor(random() * 8);
    return Buffer.from(Array.from({ length }, () => "aab bcd"[Math.floor(random() * 7)]).join(""));
  });
  return { size: texts.length, bytes: (token) => texts[token] ?? null, isEnd: () => false };
}

const trie = new TokenTrie(denseVocabulary());
const times = (count: number, text: string) => text.repeat(count);
const rules = (count: number) => Array.from({ length: count }, (_, i) => `r${i}::="a"`).join("\n");

const refused: [what: string, grammar: string, message: RegExp][] = [
  ["100 000 parentheses", `root ::= ${times(1e5, "(")}"a"${times(1e5, ")")}`, /128 deep/],
  ["100 000 unclosed parentheses", `root ::= ${times(1e5, "(")}`, /128 deep/],
  ["100 000 rules", rules(1e5), /longer than 524288 bytes/],
  ["40 001 rules", `root ::= "a"\n${rules(40_000)}`, /at most 40000 rules/],
  ["80 000 groups", `root ::= ${times(80_000, '("a")')}`, /at most 40000 groups/],
  ["200 000 repetitions of one", `root ::= "a"${times(2e5, "*")}`, /128 deep/],
  ["50 000 counted repetitions of one", `root ::= "a"${times(5e4, "{0,2}")}`, /128 deep/],
  ["a literal of 450 000 bytes", `root ::= "${times(45e4, "a")}"`, /too big/],
  ["60 000 alternatives alike", `root ::= ${times(6e4, '"a"|')}`, /too ambiguous/],
  ["19 000 groups that may be empty", `root ::= ${times(19_000, '("a"|)')}`, /too ambiguous/],
  ["{0,1999} in {0,1999}", 'root ::= ("a"{0,1999}){0,1999}', /too ambiguous/],
  ["as much once more", 'root ::= (("a"{0,1999}){0,1999}){0,1999}', /too ambiguous/],
  ["two ways at each byte", 'root ::= "a" root "b" | "a" root "c" | ""', /too ambiguous/],
  ["Catalan's numbers", 'root ::= "a" root root | "a" | "b" root root root', /too ambiguous/],
  ["a name of 200 000 letters", `root ::= ${times(2e5, "a")}`, /^.{0,140}does not define\.$/],
  ["a long way round", `root ::= r0\n${chain(10_000, "")}\nr10000 ::= r0`, /^.{0,200}recursion/],
  ["a null", "root ::= a\0", /found '\0'/],
];

const followed: [what: string, grammar: string][] = [
  ["nullable loops", 'root ::= ((("a"*)*)+)*'],
  ["nullable counted loops", 'root ::= (("a"?){0,1999} "b"?){3,}'],
  ["an empty root", "root ::="],
  ["a loop of nothing", 'root ::= ("" ""*)*'],
  ["recursion that may be empty", 'root ::= "a" root | | "b"'],
  ["a chain of rules", `root ::= r0\n${chain(10_000, "?")}\nr10000 ::= "a"?`],
  ["any 2 000 around a letter", 'root ::= .{0,2000} "a" .{0,2000}'],
  ["40 000 wide classes", `root ::= ${times(40_000, "[^a]")}`],
  ["a class of 80 000", `root ::= [${Array.from({ length: 8e4 }, everySecond).join("")}]`],
  ["250 000 spaces", `${times(25e4, " ")}root ::= "a"`],
  ["100 000 comments", `${times(1e5, "#\n")}root ::= "a"`],
];

function chain(length: number, suffix: string): string {
  return Array.from({ length }, (_, i) => `r${i} ::= r${i + 1}${suffix}`).join("\n");
}

function everySecond(_: unknown, i: number): string {
  return String.fromCharCode(0x800 + ((2 * i) % 50_000));
}

/** Compiles, and asks for masks while it reads "aaa…"; gives back the failure, and the time. */
function follow(grammar: string): { error: unknown; milliseconds: number } {
  const start = performance.now();
  let error: unknown;
  try {
    const matcher = new TokenMatcher(compileGrammar(grammar), trie);
    for (let count = 0; count < 50 && !matcher.isComplete; count++) {
      matcher.mask();
      if (!matcher.accept(0x61)) break;
    }
  } catch (caught) {
    error = caught;
  }
  return { error, milliseconds: performance.now() - start };
}

describe("a hostile grammar", () => {
  // 0.5 s is the aim on an idle machine; the tests run beside others
  const limitMs = 2000;

  test.for(refused)("of %s is refused in one sentence", ([, grammar, message]) => {
    const { error, milliseconds } = follow(grammar);
    expect(error).toMatchObject({ name: "InvalidRequestError", param: "grammar" });
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(milliseconds).toBeLessThan(limitMs);
  });

  test.for(followed)("of %s is followed", ([, grammar]) => {
    const { error, milliseconds } = follow(grammar);
    expect(error).toBeUndefined();
    expect(milliseconds).toBeLessThan(limitMs);
  });
});
