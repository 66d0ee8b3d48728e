/** @file Grammars of others as parts of one: the names of their rules must not meet. */

/** What GBNF has besides names: texts, classes, tokens, comments, repetitions; then the names. */
const lexeme =
  /"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]|!?<[^>\s]*>|#[^\n]*|\{[^}]*\}|[A-Za-z0-9][\w-]*/g;

/** The grammar with a prefix before each rule's name, so that it is nobody else's. */
export function prefixed(gbnf: string, prefix: string): string {
  return gbnf.replace(lexeme, (found) => (/^[A-Za-z0-9]/.test(found) ? prefix + found : found));
}

/** GBNF of what either of two grammars allows. */
export function eitherGrammar(one: string, other: string): string {
  const rules = [prefixed(one, "one-"), prefixed(other, "other-")];
  return ["root ::= one-root | other-root", ...rules].join("\n");
}
