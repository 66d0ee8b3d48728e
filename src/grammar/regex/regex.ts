/** @file Regular expressions and lists of choices as grammars. */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { GrammarBuilder, literal } from "../grammar-builder.ts";
import { type Automaton, TooManyStatesError, WorkBudget } from "./automaton.ts";
import { minimized } from "./automaton-minimum.ts";
import { addAutomaton } from "./automaton-rules.ts";
import { regexAutomaton } from "./regex-automaton.ts";
import { parseRegex, type Refuse } from "./regex-syntax.ts";

/**
 * A grammar of the texts that match the pattern from their first character to their last.
 *
 * @throws {InvalidRequestError} the pattern is none, or says what a grammar cannot.
 */
export function regexGrammar(pattern: string, param: string): string {
  const builder = new GrammarBuilder();
  return builder.toGbnf(addRegex(builder, pattern, param));
}

/** Adds the pattern's rules to a grammar; gives back the name of the first. */
export function addRegex(builder: GrammarBuilder, pattern: string, param: string): string {
  const refuse = (reason: string) =>
    new InvalidRequestError(`The regular expression ${reason}.`, param);
  return addAutomaton(builder, "regex", patternAutomaton(pattern, false, refuse), "plain");
}

/**
 * The texts that a pattern matches.
 *
 * @param search Whether it may match inside the text; false asks the whole text to match.
 * @throws what `refuse` makes of a reason, where there is no such automaton.
 */
export function patternAutomaton(
  pattern: string,
  search: boolean,
  refuse: Refuse,
  budget = new WorkBudget(),
): Automaton {
  const automaton = boundedAutomaton(pattern, search, refuse, budget);
  if (automaton === undefined) throw refuse("matches no text");
  return automaton;
}

function boundedAutomaton(pattern: string, search: boolean, refuse: Refuse, budget: WorkBudget) {
  const regex = parseRegex(pattern, refuse);
  try {
    const automaton = regexAutomaton(regex, search, budget);
    return automaton && minimized(automaton);
  } catch (error) {
    if (error instanceof TooManyStatesError) throw refuse("is too large to build a grammar from");
    throw error;
  }
}

/** A grammar of exactly these texts. */
export function choiceGrammar(choices: readonly string[]): string {
  const distinct = [...new Set(choices)];
  return new GrammarBuilder().toGbnf(distinct.map(literal).join(" | "));
}
