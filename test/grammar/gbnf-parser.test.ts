import { describe, expect, test } from "vitest";
import { compileGrammar } from "../../src/grammar/matcher/grammar.ts";
import { fixture, matches } from "./sample-vocabulary.ts";

describe("compileGrammar reads GBNF", () => {
  const cases: [what: string, grammar: string, good: string[], bad: string[]][] = [
    ["literals", 'root ::= "ab" "c"', ["abc"], ["", "ab", "abcd", "bc"]],
    [
      "escapes",
      String.raw`root ::= "\"\\\[\]\-\n\r\t\x41\u00e9\U0001F642"`,
      ['"\\[]-\n\r\tAé🙂'],
      [],
    ],
    ["escaped surrogates", String.raw`root ::= "\uD83D\uDE42"`, ["🙂"], ["\uFFFD"]],
    ["\\x as a character, not a byte", String.raw`root ::= "\xe9"`, ["é"], []],
    ["classes", "root ::= [a-cx_]", ["a", "b", "c", "x", "_"], ["d", "w", "-", "ab"]],
    ["a hyphen at the end of a class", "root ::= [a-]", ["a", "-"], ["b"]],
    [
      "negated classes",
      String.raw`root ::= [^a-c\]\\]`,
      ["d", "é", "🙂", "\n"],
      ["a", "b", "]", "\\"],
    ],
    ["wide classes", "root ::= [ぁ-ゟ🙂-🙅]", ["あ", "ゟ", "🙂", "🙅"], ["ァ", "🙆", "a"]],
    ["any character", "root ::= .", ["a", "\n", "é", "日", "🙂"], ["", "ab"]],
    ["alternatives", 'root ::= "a" | "b" "c" |', ["a", "bc", ""], ["b", "ac", "abc"]],
    ["groups", 'root ::= ("a" | "b") ("c" | ("d" "e"))', ["ac", "bde"], ["a", "bd", "acde"]],
    ["*", 'root ::= "ab"*', ["", "ab", "abab"], ["a", "aba"]],
    ["+", "root ::= [ab]+", ["a", "bab"], [""]],
    ["?", 'root ::= ("a" "b")?', ["", "ab"], ["a", "abab"]],
    ["{m}", 'root ::= "a"{3}', ["aaa"], ["", "aa", "aaaa"]],
    ["{m,}", 'root ::= "a"{2,}', ["aa", "aaaaa"], ["", "a"]],
    ["{m,n}", 'root ::= "a"{ 1 , 3 } "b"', ["ab", "aaab"], ["b", "aaaab"]],
    ["{0}", 'root ::= "x" "a"{0} "y"', ["xy"], ["xay"]],
    [
      "{m,n} of groups",
      'root ::= ("a" | "bc"){2,3}',
      ["aa", "bca", "bcbcbc"],
      ["a", "aaaa", "bcb"],
    ],
    [
      "{m,n} of what may be empty",
      'root ::= ("a"? "b"?){2,3}',
      ["", "a", "ba", "ababab"],
      ["aaaa"],
    ],
    ["repetitions of repetitions", 'root ::= "a"{2}{2}?', ["", "aaaa"], ["aa", "aaa", "aaaaaaaa"]],
    ["an empty literal", 'root ::= "" "a" ""*', ["a"], [""]],
    ["an empty root", "root ::= ", [""], ["a"]],
    ["comments", 'root ::= "a" # "b"\n# c\n', ["a"], ["ab"]],
    ["rules in any order", 'a-1 ::= "x"\nroot ::= B a-1 \nB ::= "y"', ["yx"], ["xy"]],
    [
      "rules over several lines",
      'root ::=\n  "a" |\n  "b" (\n "c" # d\n | "e"\n )\n',
      ["a", "bc", "be"],
      [],
    ],
    ["Windows' line ends", 'root ::= a\r\na ::= "a"\r\n', ["a"], []],
    ["the last of two definitions", 'root ::= "a"\nroot ::= "b"', ["b"], ["a"]],
    ["recursion", 'root ::= "(" root ")" | "x"', ["x", "((x))"], ["(x", "x)", "()"]],
    ["recursion at the end", 'root ::= "a" root | "b"', ["b", "aaab"], ["aaa"]],
    [
      "rules that may be empty",
      'root ::= s "a" s "b" s\ns ::= | " " s',
      ["ab", " a  b "],
      ["a b c"],
    ],
  ];

  test.for(cases)("%s", ([, text, good, bad]) => {
    const grammar = compileGrammar(text);
    expect(good.filter((one) => !matches(grammar, one))).toEqual([]);
    expect(bad.filter((one) => matches(grammar, one))).toEqual([]);
  });
});

describe("compileGrammar refuses with one sentence", () => {
  const cases: [text: string, message: string | RegExp][] = [
    ["", "The grammar has no rule named 'root'."],
    ['a ::= "b"', "The grammar has no rule named 'root'."],
    ["root ::= x", "The grammar refers to a rule 'x' that it does not define."],
    ['root ::= "a', /line 1: expected a closing '"', found the end\.$/],
    ['root ::= "a"\nb ::= [x', /line 2: expected a closing '\]', found the end\.$/],
    ['\n\nroot ::= ("a"', /line 3: expected '\)' at the end of a group\.$/],
    ['root ::= "a")', /line 1: expected the end of the rule, found '\)'\.$/],
    ['root = "a"', /line 1: expected '::=' after the name of a rule\.$/],
    ["root ::= *", /'\*' has nothing before it to repeat\.$/],
    ['root ::= "a"{2', /expected '}' at the end of a repetition\.$/],
    ['root ::= "a"{,2}', /expected a number after '{'\.$/],
    ['root ::= "a"{3,2}', /must not end below its beginning\.$/],
    ['root ::= "a"{2001}', /counted to 2000 at most\.$/],
    ['root ::= "a"{0,99999999999999999999}', /counted to 2000 at most\.$/],
    ["root ::= []", /a character class must not be empty\.$/],
    ["root ::= [z-a]", /must not run backwards\.$/],
    ['root ::= "\\q"', /'\\q' is not an escape of GBNF\.$/],
    ['root ::= "\\u12"', /expected 4 hexadecimal digits\.$/],
    ['root ::= "\\U00110000"', /no character lies beyond U\+10FFFF\.$/],
    ['root ::= "\\ud800"', /half of a surrogate pair is not a character\.$/],
    ["root ::= <think>", /references to tokens \('<…>'\) are not supported\.$/],
    ["root ::= !<[10]>", /references to tokens \('<…>'\) are not supported\.$/],
    ['root ::= root "a" | "b"', /rule 'root' begins with itself \(root → root\): left recursion/],
    ['root ::= a\na ::= b "x"\nb ::= a | "y"', /rule 'a' begins with itself \(a → b → a\)/],
    ['root ::= s root "a" | "b"\ns ::= " "*', /rule 'root' begins with itself/],
    ['root ::= "a"\nb ::= ("" b)? "c"', /rule 'b' begins with itself/],
  ];

  test.for(cases)("%j", ([text, message]) => {
    const error = thrownBy(() => compileGrammar(text));
    expect(error).toMatchObject({ name: "InvalidRequestError", status: 400, param: "grammar" });
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });
});

describe("the grammars of llama.cpp", () => {
  const cases: [name: string, good: string[], bad: string[]][] = [
    ["arithmetic", ["1+2=3\n", "a = (b*2)\nx=1\n"], ["1+2", "1+=2\n", "=1\n"]],
    [
      "c",
      ["int main(){return 0;}", "int f(int x){int y = x+1*2;}", ""],
      ["int main(){", "main(){}"],
    ],
    [
      "chess",
      ["1. e4 e5\n2. Nf3 Nc6\n", "1. O-O a8=Q+\n12. Qxd5 exd6#\n"],
      ["1. e4 e5\n", "1. e9 e5\n"],
    ],
    ["english", ["Hello, world!", "a\nb"], ["", " a", "é"]],
    ["japanese", ["こんにちは、世界 日本語", "カタカナ"], ["hello", "世界 "]],
    [
      "json",
      ['{"a": [1, -2.5e9, "é\\n\\u00e9"], "b":{"c":null}}', "{}"],
      ["[]", '{"a"}', '{"a":01}', "{'a':1}"],
    ],
    ["json_arr", ['[\n1,\n {"a":"🙂"}]', "[\n]"], ["[1]", "{}"]],
    ["list", ["- a\n", "- é 🙂\n- b\n"], ["- a", "a\n", "- \n"]],
  ];

  test.for(cases)("%s", ([name, good, bad]) => {
    const grammar = compileGrammar(fixture(name));
    expect(good.filter((one) => !matches(grammar, one))).toEqual([]);
    expect(bad.filter((one) => matches(grammar, one))).toEqual([]);
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
