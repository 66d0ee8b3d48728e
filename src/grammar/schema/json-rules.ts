/**
 * @file The rules that every grammar of JSON shares: strings, numbers, free values, punctuation.
 *
 * Between the parts of an object or an array stands at most one space: a small model that may write
 * endless white space does.
 */
import type { GrammarBuilder } from "../grammar-builder.ts";
import { numbersWithin, unbounded } from "./number-range.ts";

/** Behind `:` and `,`. */
export const gap = `" "?`;
/** Behind a name: `:` and perhaps a space. */
const colon = `":" ${gap}`;
/** Between two members: `,` and perhaps a space. */
export const comma = `"," ${gap}`;

/** One character of a string as JSON writes it, surrogates only in pairs: it counts as one. */
export function addCharacter(builder: GrammarBuilder): string {
  const pair = `[dD] [89abAB] [0-9a-fA-F]{2} "\\\\u" [dD] [c-fC-F] [0-9a-fA-F]{2}`;
  const single = `[0-9abcefABCEF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2}`;
  const escaped = builder.rule("escaped", `"\\\\" (["\\\\/bfnrt] | "u" (${single} | ${pair}))`);
  return builder.rule("character", `[^"\\\\\\x00-\\x1F] | ${escaped}`);
}

export function addString(builder: GrammarBuilder): string {
  return builder.rule("string", `"\\"" ${addCharacter(builder)}* "\\""`);
}

function addNumber(builder: GrammarBuilder): string {
  return builder.rule("number", numbersWithin(unbounded) ?? "");
}

/** Any value of JSON; gives back the rule's name. */
export function addValue(builder: GrammarBuilder): string {
  return builder.shared("value", () => {
    const containers = `${addFreeObject(builder)} | ${addFreeArray(builder)}`;
    const scalars = `${addString(builder)} | ${addNumber(builder)} | "true" | "false" | "null"`;
    return `${containers} | ${scalars}`;
  });
}

export function addFreeObject(builder: GrammarBuilder): string {
  return builder.shared("object", () => {
    const member = builder.rule("member", `${addString(builder)} ${colon} ${addValue(builder)}`);
    return `"{" (${member} ${builder.rule("next-member", `${comma} ${member}`)}*)? "}"`;
  });
}

export function addFreeArray(builder: GrammarBuilder): string {
  return builder.shared("array", () => {
    const value = addValue(builder);
    return `"[" (${value} ${builder.rule("next-value", `${comma} ${value}`)}*)? "]"`;
  });
}
