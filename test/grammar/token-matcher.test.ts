import { describe, expect, test } from "vitest";
import { compileGrammar } from "../../src/grammar/matcher/grammar.ts";
import { TokenMatcher } from "../../src/grammar/matcher/token-matcher.ts";
import { TokenTrie } from "../../src/grammar/matcher/token-trie.ts";
import {
  allowedTokens,
  controlToken,
  emptyToken,
  endToken,
  fixture,
  halves,
  matches,
  read,
  seeded,
  trie,
  vocabulary,
  wander,
} from "./sample-vocabulary.ts";

const tokens = Array.from({ length: vocabulary.size }, (_, token) => token);
const tokenOf = (text: string) =>
  tokens.findLast((token) => Buffer.from(text).equals(vocabulary.bytes(token) ?? Buffer.of())) ??
  -1;

describe("TokenMatcher", () => {
  test("goes on with allowed tokens and stays where it is at others", () => {
    const matcher = new TokenMatcher(compileGrammar('root ::= "abc" "x"'), trie);
    expect(matcher.accept(tokenOf("ab"))).toBe(true);
    expect(matcher.accept(tokenOf("x"))).toBe(false);
    expect(matcher.allows(endToken)).toBe(false);
    expect(matcher.accept(tokenOf("c"))).toBe(true);
    expect(matcher.accept(endToken)).toBe(false);
    expect(matcher.accept(tokenOf("x"))).toBe(true);
    expect(matcher.accept(endToken)).toBe(true);
  });

  test("never allows control tokens or tokens without text", () => {
    const matcher = new TokenMatcher(compileGrammar("root ::= .*"), trie);
    expect([controlToken, emptyToken].map((token) => matcher.allows(token))).toEqual([
      false,
      false,
    ]);
    expect(allowedTokens(matcher.mask())).not.toContain(controlToken);
    expect(allowedTokens(matcher.mask())).not.toContain(emptyToken);
  });

  test("takes characters in parts", () => {
    const [first, second] = halves; // a and half of é, the other half and b
    const matcher = new TokenMatcher(compileGrammar('root ::= "a" [é-ü] "b"'), trie);
    expect(matcher.allows(second)).toBe(false);
    expect(matcher.accept(first)).toBe(true);
    expect(matcher.allows(endToken)).toBe(false);
    expect(matcher.allows(tokenOf("x"))).toBe(false);
    expect(matcher.accept(second)).toBe(true);
    expect(matcher.allows(endToken)).toBe(true);
  });

  test.for([
    ["a stray trailing byte", [0x80]],
    ["an overlong form", [0xc0, 0x80]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["what lies beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
    ["a character cut short", [0xe6, 0x97, 0x61]],
  ] as const)("never allows %s", ([, bytes]) => {
    expect(read(compileGrammar("root ::= .*"), Uint8Array.from(bytes))).toBeUndefined();
    expect(read(compileGrammar("root ::= [^a]*"), Uint8Array.from(bytes))).toBeUndefined();
  });

  test("is complete when only the end may follow", () => {
    const grammar = compileGrammar('root ::= "ab" | "abc"');
    expect(["", "a", "ab", "abc"].map((text) => read(grammar, text)?.isComplete)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test("is complete in a dead end, where no token may follow and the text may not end", () => {
    const grammar = compileGrammar('root ::= "a" ("b" [\\uD800] | "xyz") | "ad"');
    const start = new TokenMatcher(grammar, trie);
    expect([start.isComplete, start.allows(tokenOf("a"))]).toEqual([false, true]);
    const bare = new TokenTrie({
      size: 2, // "a" and "x", no other byte and no end
      bytes: (token) => Buffer.from(token === 0 ? "a" : "x"),
      isEnd: () => false,
    });
    const matcher = new TokenMatcher(grammar, bare);
    expect([matcher.accept(0), matcher.isComplete]).toEqual([true, false]);
    expect([matcher.accept(1), matcher.isComplete]).toEqual([true, true]);
    expect([...matcher.mask()]).toEqual([0]);
  });

  test("has copies that go their own way", () => {
    const matcher = new TokenMatcher(compileGrammar('root ::= "ab" | "ac"'), trie);
    matcher.accept(tokenOf("a"));
    const copy = matcher.clone();
    expect(copy.accept(tokenOf("b"))).toBe(true);
    expect([copy.isComplete, matcher.isComplete]).toEqual([true, false]);
    expect(matcher.accept(tokenOf("c"))).toBe(true);
  });

  test("shares its masks with others in the same state", () => {
    const grammar = compileGrammar(fixture("json"));
    const [one, other] = [read(grammar, '{"a'), read(grammar, '{"bé')];
    expect(one?.mask()).toBe(other?.mask());
    expect(one?.mask()).not.toBe(read(grammar, '{"a"')?.mask());
  });

  test("shares masks where a counted repetition is far from its bounds", () => {
    const grammar = compileGrammar('root ::= "x" [a-z]{100,300}');
    const mask = (count: number) => read(grammar, `x${"a".repeat(count)}`)?.mask();
    expect(mask(1)).toBe(mask(50)); // the longest token has 12 bytes
    expect(mask(150)).toBe(mask(280));
    expect(mask(50)).not.toEqual(mask(100)); // the end is allowed from 100 on
    expect(mask(280)).not.toEqual(mask(295)); // "aaaaaaaaaa" would go too far
  });

  test("keeps counting after the masks were shared", () => {
    const grammar = compileGrammar('root ::= ("a" | "bc"){20,40} "."');
    for (const count of [19, 20, 40, 41]) {
      const matcher = new TokenMatcher(grammar, trie);
      const steps = Array.from("a".repeat(count)).map((letter) => {
        matcher.mask();
        return matcher.accept(tokenOf(letter));
      });
      expect(steps.every(Boolean)).toBe(count <= 40);
      expect(matcher.allows(tokenOf("."))).toBe(count >= 20);
    }
  });

  test("reads on when all states were forgotten on the way", () => {
    const grammar = compileGrammar('root ::= "(" root ")" | "x" | "[" root "]"');
    const waiting = read(grammar, "([x");
    const depth = 20_000; // more states than are kept
    expect(matches(grammar, `${"(".repeat(depth)}x${")".repeat(depth)}`)).toBe(true);
    expect(grammar.states.generation).toBeGreaterThan(0);
    expect(matches(grammar, `${"(".repeat(depth)}x${")".repeat(depth - 1)}]`)).toBe(false);
    expect(allowedTokens(waiting?.mask() ?? new Uint32Array())).toEqual([0x5d]);
    expect(waiting?.accept(0x5d)).toBe(true);
    expect(waiting?.accept(0x29)).toBe(true);
    expect(waiting?.isComplete).toBe(true);
  });
});

describe("a mask", () => {
  const texts: [name: string, text: string][] = [
    ["json", ""],
    ["json", '{"a'],
    ["json", '{"a": [1, {"b": "c'],
    ["json", '{"a": 1.'],
    ["json", '{"a": "\\'],
    ["json", "{} "],
    ["c", "int f(){int x = a"],
    ["chess", "1. e"],
    ["list", "- "],
    ["english", "a"],
    ["japanese", "日"],
    ["arithmetic", "a1"],
  ];

  test.for(texts)("of %s after %j says of every token what allows says", ([name, text]) => {
    const matcher = read(compileGrammar(fixture(name)), text);
    if (matcher === undefined) throw new Error("The text is refused.");
    expect(allowedTokens(matcher.mask())).toEqual(tokens.filter((one) => matcher.allows(one)));
  });

  test("says so at every step of counted repetitions that read a text in many ways", () => {
    const text = 'root ::= ([a-c]{1,3} "a"? | "aa"{2,4} | [ab]{0,2} "c"){2,5} "x"?';
    const grammar = compileGrammar(text);
    const random = seeded(3);
    for (let round = 0; round < 30; round++) {
      const matcher = new TokenMatcher(grammar, trie);
      while (!matcher.isComplete) {
        const allowed = allowedTokens(matcher.mask());
        expect(allowed).toEqual(tokens.filter((token) => matcher.allows(token)));
        matcher.accept(allowed[Math.floor(random() * allowed.length)] ?? endToken);
      }
    }
  });
});

describe("chance among allowed tokens", () => {
  test("writes valid JSON under json.gbnf", () => {
    const grammar = compileGrammar(fixture("json"));
    const random = seeded(1);
    const hurry = { after: 40, tokens: [...'"}]:'].map(tokenOf).concat([endToken]) };
    const written = Array.from({ length: 100 }, () => wander(grammar, random, hurry));
    const whole = written.filter((bytes) => bytes !== undefined);
    expect(whole.length).toBeGreaterThan(90);
    for (const bytes of whole) expect(JSON.parse(toText(bytes))).toBeTypeOf("object");
  });

  test.for([
    ["chess", /^1\. (\S+) (\S+)\n([1-9][0-9]?\. \S+ \S+\n)+$/],
    ["list", /^(- [^\r\n\v\f\u0085\u2028\u2029]+\n)+$/],
    ["english", /^[!-~]+([ \t\n][!-~]+)*$/],
    ["japanese", /^[、-〾ぁ-ヿ一-鿿]+([ \t\n][、-〾ぁ-ヿ一-鿿]+)*$/],
  ] as const)("writes what %s describes", ([name, pattern]) => {
    const grammar = compileGrammar(fixture(name));
    const random = seeded(2);
    const hurry = { after: 20, tokens: [endToken, 0x0a] };
    for (let round = 0; round < 50; round++) {
      const bytes = wander(grammar, random, hurry);
      if (bytes !== undefined) expect(toText(bytes)).toMatch(pattern);
    }
  });

  test("writes valid UTF-8 where all is allowed", () => {
    const grammar = compileGrammar("root ::= .{1,30}");
    const random = seeded(4);
    const lengths = Array.from({ length: 200 }, () => {
      const bytes = wander(grammar, random, { after: 60, tokens: [endToken] });
      return Array.from(toText(bytes ?? Buffer.of(0xff))).length;
    });
    expect(Math.max(...lengths)).toBeLessThanOrEqual(30);
  });
});

describe("regular grammars", () => {
  /** A pattern that GBNF, without its quotes, and JavaScript write alike. */
  function pattern(random: () => number, depth: number): string {
    const pick = (choices: string[]) => choices[Math.floor(random() * choices.length)] ?? "";
    if (depth === 0) return pick(["[a]", "[b]", "[é]", "[ab]", "[^a]", "[aé日]"]);
    const inner = () => pattern(random, depth - 1);
    const shapes = [
      () => `${inner()} ${inner()}`,
      () => `(${inner()} | ${inner()})`,
      () => `(${inner()})${pick(["*", "+", "?"])}`,
      () => `(${inner()})${pick(["{0,2}", "{2}", "{1,}", "{1,3}", "{2,}"])}`,
      () => `(${inner()} | )`,
    ];
    return (shapes[Math.floor(random() * shapes.length)] ?? inner)();
  }

  /** All texts of up to four of these characters. */
  const texts = [0, 1, 2, 3].reduce<string[]>(
    (shorter) => [...new Set(shorter.flatMap((t) => ["", "a", "b", "é", "日"].map((c) => t + c)))],
    [""],
  );

  test("match what the same regular expression matches", () => {
    const random = seeded(5);
    for (let round = 0; round < 150; round++) {
      const source = pattern(random, 1 + Math.floor(random() * 4));
      const expression = new RegExp(`^(?:${source.replaceAll(" ", "")})$`, "su");
      const grammar = compileGrammar(`root ::= ${source}`);
      const differing = texts.filter((text) => matches(grammar, text) !== expression.test(text));
      expect({ source, differing }).toEqual({ source, differing: [] });
    }
  });
});

function toText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
