/**
 * @file An automaton as rules of a grammar: one rule for each state, one alternative for each edge.
 *
 * The characters are written as they are, or as they stand inside a string of JSON: `"`, `\` and
 * control characters escaped the way JSON.stringify escapes them.
 */

import {
  type CharacterSet,
  characterSet,
  charactersOf,
  complement,
  hasCodePoint,
  intersection,
  toClass,
} from "../character-set.ts";
import { type GrammarBuilder, literal } from "../grammar-builder.ts";
import type { Automaton, Edge } from "./automaton.ts";

export type Writing = "plain" | "json";

/** Adds the rules; gives back the name of the first. */
export function addAutomaton(
  builder: GrammarBuilder,
  name: string,
  automaton: Automaton,
  writing: Writing,
): string {
  return new AutomatonWriter(builder, name, automaton, writing).write();
}

type Step = { readonly written: string; readonly to: number };

class AutomatonWriter {
  readonly #builder: GrammarBuilder;
  readonly #name: string;
  readonly #accepts: Automaton["accepts"];
  /** By state: where each set of characters leads, one step for each target. */
  readonly #steps: readonly (readonly Step[])[];
  /** By state: how many steps lead there. */
  readonly #entries: readonly number[];
  readonly #rules = new Map<number, string>();

  constructor(builder: GrammarBuilder, name: string, automaton: Automaton, writing: Writing) {
    this.#builder = builder;
    this.#name = name;
    this.#accepts = automaton.accepts;
    this.#steps = automaton.edges.map((edges) =>
      byTarget(edges).map(([to, set]) => ({ written: writeSet(builder, set, writing), to })),
    );
    const entries = automaton.edges.map(() => 0);
    for (const { to } of this.#steps.flat()) entries[to] = (entries[to] ?? 0) + 1;
    this.#entries = entries;
  }

  write(): string {
    const first = this.#rule(0);
    for (const [state, rule] of this.#rules) this.#builder.define(rule, this.#body(state));
    return first; // the map grows while it is read
  }

  #rule(state: number): string {
    const rule = this.#rules.get(state) ?? this.#builder.reserve(this.#name);
    this.#rules.set(state, rule);
    return rule;
  }

  #body(state: number): string {
    const row = this.#row(state);
    const ends = this.#accepts[state] === true;
    if (row !== undefined && row.length > 1) {
      if (!ends) return `${row.written}{${row.length}}${this.#next(row.to)}`;
      if (this.#isEnd(row.to)) return `${row.written}{0,${row.length}}`;
    }
    const steps = this.#stepsOf(state).map(({ written, to }) => `${written}${this.#next(to)}`);
    return [...(ends ? ['""'] : []), ...steps].join(" | ");
  }

  /** The same characters many times in a row, with no other way in or out: a counted repetition. */
  #row(state: number): (Step & { readonly length: number }) | undefined {
    const [first] = this.#stepsOf(state);
    if (first === undefined) return undefined;
    let [to, length] = [state, 0];
    while (length < mostRepeated && (to === state ? length === 0 : this.#entries[to] === 1)) {
      const [step, ...others] = this.#stepsOf(to);
      const isAlike = others.length === 0 && this.#accepts[to] === this.#accepts[state];
      if (step === undefined || !isAlike || step.written !== first.written) break;
      [to, length] = [step.to, length + 1];
    }
    return { written: first.written, to, length };
  }

  #stepsOf(state: number): readonly Step[] {
    return this.#steps[state] ?? [];
  }

  /** A state where the text can only end needs no rule behind the step into it. */
  #next(state: number): string {
    return this.#isEnd(state) ? "" : ` ${this.#rule(state)}`;
  }

  #isEnd(state: number): boolean {
    return this.#accepts[state] === true && this.#stepsOf(state).length === 0;
  }
}

const mostRepeated = 2_000;

function byTarget(edges: readonly Edge[]): [number, CharacterSet][] {
  const sets = new Map<number, (readonly [number, number])[]>();
  for (const { set, to } of edges) sets.set(to, [...(sets.get(to) ?? []), ...set]);
  return [...sets].map(([to, ranges]) => [to, characterSet(ranges)]);
}

function writeSet(builder: GrammarBuilder, set: CharacterSet, writing: Writing): string {
  if (writing === "plain") return shared(builder, toClass(set));
  const plain = intersection(set, unescaped);
  if (plain.length > 0 && set.every(([from, to]) => isInside(plain, from, to)))
    return shared(builder, toClass(plain));
  const written = [...(plain.length > 0 ? [toClass(plain)] : []), ...escapesOf(set)];
  return builder.rule("set", written.join(" | "));
}

/** A long class in a rule of its own: the same ones stand at many edges. */
function shared(builder: GrammarBuilder, written: string): string {
  return written.length > 24 ? builder.rule("set", written) : written;
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
