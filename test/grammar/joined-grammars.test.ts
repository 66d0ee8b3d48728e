import { describe, expect, test } from "vitest";
import { eitherGrammar, prefixed } from "../../src/grammar/joined-grammars.ts";
import { compileGrammar } from "../../src/grammar/matcher/grammar.ts";
import { matches } from "./sample-vocabulary.ts";

describe("prefixed", () => {
  test("names the rules anew and leaves texts, classes and counts as they are", () => {
    const gbnf = 'root ::= item{1,3} "root item" [a-item] # item\nitem ::= "\\"root" | root-2';
    expect(prefixed(gbnf, "x-")).toBe(
      'x-root ::= x-item{1,3} "root item" [a-item] # item\nx-item ::= "\\"root" | x-root-2',
    );
  });
});

describe("eitherGrammar", () => {
  test("allows what one or the other allows, also where their rules are called alike", () => {
    const grammar = compileGrammar(
      eitherGrammar('root ::= part "!"\npart ::= "yes"', 'root ::= part "?"\npart ::= "no"'),
    );
    expect(matches(grammar, "yes!")).toBe(true);
    expect(matches(grammar, "no?")).toBe(true);
    expect(matches(grammar, "no!")).toBe(false);
  });
});
