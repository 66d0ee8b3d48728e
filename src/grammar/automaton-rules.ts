/**
 * @file An automaton as rules of a grammar: one rule for each state, one alternative for each edge.
 *
 * The characters are written as they are, or as they stand inside a string of JSON: `"`, `\` and
 * control characters escaped the way JSON.stringify escapes them.
 */
import type { Automaton, Edge } from "./automaton.ts";
import {
  type CharacterSet,
  characterSet,
  charactersOf,
  complement,
  hasCodePoint,
  intersection,
  toClass,
} from "./character-set.ts";
import { type GrammarBuilder, literal } from "./grammar-builder.ts";

export type Writing = "plain" | "json";

/** Adds the rules; gives back the name of the first. */
export function addAutomaton(
  builder: GrammarBuilder,
  name: string,
  automaton: Automaton,
  writing: Writing,
): string {
  const rules = automaton.edges.map(() => builder.reserve(name));
  for (const [state, edges] of automaton.edges.entries()) {
    const steps = byTarget(edges).map(([to, set]) =>
      [writeSet(builder, set, writing), ...(isEnd(automaton, to) ? [] : [rules[to]])].join(" "),
    );
    const ends = automaton.accepts[state] === true ? ['""'] : [];
    builder.define(rules[state] ?? name, [...ends, ...steps].join(" | "));
  }
  return rules[0] ?? name;
}

/** A state where the text can only end needs no rule behind the edge into it. */
function isEnd(automaton: Automaton, state: number): boolean {
  return automaton.accepts[state] === true && automaton.edges[state]?.length === 0;
}

function byTarget(edges: readonly Edge[]): [number, CharacterSet][] {
  const sets = new Map<number, (readonly [number, number])[]>();
  for (const { set, to } of edges) sets.set(to, [...(sets.get(to) ?? []), ...set]);
  return [...sets].map(([to, ranges]) => [to, characterSet(ranges)]);
}

function writeSet(builder: GrammarBuilder, set: CharacterSet, writing: Writing): string {
  if (writing === "plain") return toClass(set);
  const plain = intersection(set, unescaped);
  if (plain.length > 0 && set.every(([from, to]) => isInside(plain, from, to)))
    return toClass(plain);
  const written = [...(plain.length > 0 ? [toClass(plain)] : []), ...escapesOf(set)];
  return builder.rule("set", written.join(" | "));
}

function isInside(set: CharacterSet, from: number, to: number): boolean {
  return set.some(([first, last]) => first <= from && to <= last);
}

/** The set's characters that JSON escapes, escaped. */
function escapesOf(set: CharacterSet): string[] {
  const short = [...shortEscapes].filter(([character]) =>
    hasCodePoint(set, character.charCodeAt(0)),
  );
  const controls = [...intersection(set, longEscaped)].flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index),
  );
  const long = [0, 1].flatMap((high) => {
    const low = controls.filter((point) => point >> 4 === high).map((point) => point & 15);
    const digits = low.map((digit) => digit.toString(16)).join("");
    return low.length === 0 ? [] : [`${literal(`\\u00${high}`)} [${digits}]`];
  });
  return [...short.map(([, written]) => literal(written)), ...long];
}

const shortEscapes = new Map(
  ['"', "\\", "\b", "\f", "\n", "\r", "\t"].map((character) => [
    character,
    JSON.stringify(character).slice(1, -1),
  ]),
);

const controls: CharacterSet = [[0, 0x1f]];
const unescaped = complement(characterSet([...controls, ...charactersOf('"\\')]));
const longEscaped = intersection(
  controls,
  complement(charactersOf([...shortEscapes.keys()].join(""))),
);
