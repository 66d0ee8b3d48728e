/** @file Builds a grammar in GBNF rule by rule, names kept unique. */
import { charactersOf, complement, toClass } from "./character-set.ts";

/** A text as GBNF writes it, quotes included. */
export function literal(text: string): string {
  const escaped = text.replace(/["\\\p{Cc}]/gu, (character) => {
    const named = escapes.get(character);
    const hex = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
    return named ?? `\\x${hex}`;
  });
  return `"${escaped}"`;
}

const escapes = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

export class GrammarBuilder {
  readonly #bodies = new Map<string, string>();
  readonly #counts = new Map<string, number>([["root", 1]]);
  readonly #known = new Map<string, string>();
  #length = 0;

  /** Adds a rule; gives back its name, which has a number behind it where the name was taken. */
  rule(name: string, body: string): string {
    const key = `${name}\n${body}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const unique = this.reserve(name);
    this.#known.set(key, unique);
    return this.define(unique, body);
  }

  /** Takes a name for a rule that others refer to before its body is known; `define` gives it. */
  reserve(name: string): string {
    const base = name.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "") || "rule";
    const count = this.#counts.get(base) ?? 0;
    this.#counts.set(base, count + 1);
    const unique = count === 0 ? base : `${base}-${count + 1}`;
    return count > 0 && this.#counts.has(unique) ? this.reserve(base) : this.#take(unique);
  }

  /** A rule that is made once, under this name, and may refer to itself. */
  shared(name: string, body: (self: string) => string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const self = this.reserve(name);
    this.#known.set(name, self);
    return this.define(self, body(self));
  }

  define(name: string, body: string): string {
    this.#bodies.set(name, body);
    this.#length += name.length + body.length + 6;
    return name;
  }

  /** Any text up to and with the first occurrence of the marker; gives back the rule's name. */
  until(marker: string): string {
    return this.#scan("until", marker, (_state, last) => (last ? '""' : undefined));
  }

  /** Any text, even none, in which the marker does not occur; gives back the rule's name. */
  without(marker: string): string {
    return this.#scan("without", marker, (_state, last) => (last ? undefined : '""'));
  }

  /** Of all bodies so far, in characters. */
  get length(): number {
    return this.#length;
  }

  /** The grammar with this body as its root. */
  toGbnf(root: string): string {
    const lines = [...this.#bodies].map(([name, body]) => `${name} ::= ${body}`);
    return [`root ::= ${root}`, ...lines].join("\n");
  }

  #take(unique: string): string {
    if (!this.#counts.has(unique)) this.#counts.set(unique, 1);
    return unique;
  }

  /**
   * The Knuth–Morris–Pratt automaton as rules: state n has seen the marker's first n characters.
   *
   * @param end What a text may end with in a state; undefined where it must go on, and, in the
   *            last state, where it may not get.
   */
  #scan(
    name: string,
    marker: string,
    end: (state: number, last: boolean) => string | undefined,
  ): string {
    const key = `${name}\n${marker}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const characters = [...marker];
    const names = [...characters, ""].map(() => this.reserve(name));
    const reachable = end(characters.length, true) !== undefined;
    for (const [state, rule] of names.entries()) {
      const last = state === characters.length;
      if (last && !reachable) continue;
      const steps = last ? [] : scanSteps(characters, state, names, reachable);
      this.define(
        rule,
        [end(state, last), ...steps].filter((step) => step !== undefined).join(" | "),
      );
    }
    const first = names[0] ?? name;
    this.#known.set(key, first);
    return first;
  }
}

/** Where each character leads from a state: to the longest start of the marker that it ends. */
function scanSteps(
  characters: readonly string[],
  state: number,
  names: readonly string[],
  reachable: boolean,
): string[] {
  const seen = characters.slice(0, state);
  const steps = [...new Set(characters)].flatMap((character) => {
    const next = longestStart(characters, [...seen, character]);
    if (next === characters.length && !reachable) return [];
    return [`${toClass(charactersOf(character))} ${names[next]}`];
  });
  const others = complement(charactersOf(characters.join("")));
  return [...steps, `${toClass(others)} ${names[0]}`];
}

/** How many of the marker's first characters the text ends with. */
function longestStart(marker: readonly string[], text: readonly string[]): number {
  for (let length = Math.min(marker.length, text.length); length > 0; length--) {
    const tail = text.slice(text.length - length);
    if (tail.every((character, index) => character === marker[index])) return length;
  }
  return 0;
}
