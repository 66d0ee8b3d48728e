/** @file What a grammar says, free of how it was written: rules, their alternatives, their items. */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { CodeRange } from "../character-set.ts";

/** As much text as a grammar may have: compiling it takes a second at worst. */
export const maxGrammarBytes = 512 * 1024;

/** What an item repeats. A rule is its place in the list of rules. */
export type GrammarSymbol =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "characters"; readonly ranges: readonly CodeRange[] }
  | { readonly kind: "rule"; readonly rule: number };

/** A symbol `least` to `most` times in a row; `most` is at least 1 and may be Infinity. */
export type Item = {
  readonly symbol: GrammarSymbol;
  readonly least: number;
  readonly most: number;
};

/** A group in parentheses is a rule of its own and bears the name of the rule it stands in. */
export type Rule = { readonly name: string; readonly alternatives: readonly (readonly Item[])[] };

export type RuleSet = { readonly rules: readonly Rule[]; readonly root: number };

/** The failure of a grammar, in the words of the request that brought it. */
export function grammarError(message: string): InvalidRequestError {
  return new InvalidRequestError(message, "grammar", "invalid_grammar");
}
