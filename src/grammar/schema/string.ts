/** @file Strings of a schema: lengths, patterns and formats, all at once. */

import type { GrammarBuilder } from "../grammar-builder.ts";
import {
  type Automaton,
  intersect,
  longestText,
  ofLength,
  shortestText,
  wordsAutomaton,
} from "../regex/automaton.ts";
import { addAutomaton } from "../regex/automaton-rules.ts";
import { patternAutomaton } from "../regex/regex.ts";
import { longestOfFormat, refusedFormats, stringFormats } from "./formats.ts";
import { addCharacter, addString } from "./json-rules.ts";
import type { Part, SchemaSource } from "./source.ts";

/** Which texts: those of an automaton, or any text that has between min and max characters. */
export type TextLanguage = Automaton | { readonly min: number; readonly max: number };

/** The texts that all parts allow; undefined where there is none. */
export function textLanguage(
  source: SchemaSource,
  parts: readonly Part[],
): TextLanguage | undefined {
  const counts = source.counts(parts, ["minLength", "maxLength"]);
  if (counts === undefined) return undefined;
  const [min, max] = counts;
  const automata = parts.flatMap((part) => [...patternOf(source, part), ...formatOf(source, part)]);
  const [first, ...others] = automata;
  if (first === undefined) return { min, max };
  return source.bounded(parts[0]?.path ?? "", () => {
    const all = others.reduce<Automaton | undefined>(
      (left, right) => left && intersect(left, right, source.budget),
      first,
    );
    return all && withLength(source, all, min, max);
  });
}

/** The rule for a string of these texts; undefined where there is none. */
export function addText(builder: GrammarBuilder, language: TextLanguage): string {
  if ("edges" in language)
    return builder.rule("text", `"\\"" ${addAutomaton(builder, "t", language, "json")} "\\""`);
  const { min, max } = language;
  if (min === 0 && max === Number.POSITIVE_INFINITY) return addString(builder);
  if (max === 0) return builder.rule("text", `"\\"\\""`);
  const counts = max === Number.POSITIVE_INFINITY ? `{${min},}` : `{${min},${max}}`;
  return builder.rule("text", `"\\"" ${addCharacter(builder)}${counts} "\\""`);
}

/** The language of exactly these texts, undefined where there are none. */
export function wordsLanguage(words: readonly string[]): TextLanguage | undefined {
  return wordsAutomaton(words);
}

/** Of the edges that counting makes: a grammar has a rule for each few of them. */
const mostCountedEdges = 5_000;

/**
 * Counting multiplies states. Where that would be too many, the texts are cut shorter than `max`:
 * fewer than the schema allows, but none that it does not.
 */
function withLength(
  source: SchemaSource,
  automaton: Automaton,
  min: number,
  max: number,
): Automaton | undefined {
  if (longestText(automaton) <= max) return ofLength(automaton, min, max, source.budget);
  const affordable = Math.floor(mostCountedEdges / automaton.edges.flat().length);
  const most = Math.max(min, shortestText(automaton), affordable);
  return ofLength(automaton, min, Math.min(max, most), source.budget);
}

function patternOf(source: SchemaSource, part: Part): Automaton[] {
  const automaton = source.pattern(part);
  return automaton === undefined ? [] : [automaton];
}

function formatOf(source: SchemaSource, { schema, path }: Part): Automaton[] {
  const { format } = schema;
  if (format === undefined) return [];
  if (typeof format !== "string") throw source.refuse(path, "has a 'format' that is no text");
  if (refusedFormats.has(format))
    throw source.refuse(path, `uses the format '${format}', which a grammar cannot express`);
  const pattern = stringFormats.get(format);
  return pattern === undefined ? [] : [formatAutomaton(format, pattern)];
}

const known = new Map<string, Automaton>();

/** Made once for all schemas: the formats do not change. */
function formatAutomaton(format: string, pattern: string): Automaton {
  const done = known.get(format);
  if (done !== undefined) return done;
  const refuse = (reason: string) => new Error(`The format '${format}' ${reason}.`);
  const whole = patternAutomaton(pattern, false, refuse);
  const automaton = ofLength(whole, 0, longestOfFormat.get(format) ?? Number.POSITIVE_INFINITY);
  if (automaton === undefined) throw refuse("matches no text");
  known.set(format, automaton);
  return automaton;
}
