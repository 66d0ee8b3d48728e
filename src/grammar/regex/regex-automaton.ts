/**
 * @file From a regular expression to the automaton of the texts it matches.
 *
 * Thompson's construction, then the subset construction with a bounded amount of work. `^` may be
 * passed only where nothing was read yet and `$` only where nothing more is: so both mean what they
 * mean wherever they stand.
 *
 * Source: K. Thompson, "Regular expression search algorithm", CACM 11(6), 1968.
 */

import { type CharacterSet, complement, everyCharacter } from "../character-set.ts";
import { type Automaton, explore, WorkBudget } from "./automaton.ts";
import type { Regex } from "./regex-syntax.ts";

type Node =
  | { readonly kind: "set"; readonly classes: readonly number[]; readonly to: number }
  | { readonly kind: "split"; readonly to: number[] }
  | { readonly kind: "start" | "end"; readonly to: number }
  | { readonly kind: "final" };

const nodeCost = 20;

/**
 * The texts that a regular expression matches; undefined where there is none.
 *
 * @param search Whether it may match somewhere inside the text, as JSON Schema's `pattern` does;
 *               false asks the whole text to match.
 * @throws {TooManyStatesError} it needs more states or work than we give it.
 */
export function regexAutomaton(
  regex: Regex,
  search: boolean,
  budget = new WorkBudget(),
): Automaton | undefined {
  const alphabet = splitAlphabet(regex);
  const nodes: Node[] = [{ kind: "final" }];
  const first = new NodeMaker(nodes, alphabet, budget).make(regex, 0);
  const subsets = new Subsets(nodes, budget);
  const everything = -1; // found: whatever follows is allowed
  const toState = (found: readonly number[]) =>
    search && found.includes(0) ? [everything] : found;
  return explore<readonly number[]>(
    {
      start: toState(subsets.closure([first], "start")),
      key: (state) => state.join(),
      accepts: (state) => state[0] === everything || subsets.closure(state, "end").includes(0),
      *steps(state) {
        if (state[0] === everything) return yield [everyCharacter, state];
        for (const [classes, targets] of subsets.steps(
          state,
          alphabet.length,
          search ? [first] : [],
        ))
          yield [join(alphabet, classes), toState(targets)];
      },
    },
    budget,
  );
}

/** Builds nodes from the back: each part is given the node that follows it. */
class NodeMaker {
  readonly #nodes: Node[];
  readonly #alphabet: readonly CharacterSet[];
  readonly #budget: WorkBudget;

  constructor(nodes: Node[], alphabet: readonly CharacterSet[], budget: WorkBudget) {
    this.#nodes = nodes;
    this.#budget = budget;
    this.#alphabet = alphabet;
  }

  make(regex: Regex, next: number): number {
    switch (regex.kind) {
      case "set":
        return this.#add({ kind: "set", classes: this.#classesOf(regex.set), to: next });
      case "sequence":
        return regex.parts.reduceRight((to, part) => this.make(part, to), next);
      case "choice":
        return this.#add({ kind: "split", to: regex.parts.map((part) => this.make(part, next)) });
      case "repeat":
        return this.#repeat(regex.body, regex.min, regex.max, next);
      default:
        return this.#add({ kind: regex.kind, to: next });
    }
  }

  #repeat(body: Regex, min: number, max: number, next: number): number {
    let entry = next;
    if (max === Number.POSITIVE_INFINITY) entry = this.#loop(body, next);
    else
      for (let count = min; count < max; count++)
        entry = this.#add({ kind: "split", to: [this.make(body, entry), next] });
    for (let count = 0; count < min; count++) entry = this.make(body, entry);
    return entry;
  }

  #loop(body: Regex, next: number): number {
    const to = [next];
    const loop = this.#add({ kind: "split", to });
    to.push(this.make(body, loop));
    return loop;
  }

  #classesOf(set: CharacterSet): number[] {
    const isInside = (part: CharacterSet) => {
      const point = part[0]?.[0] ?? -1;
      return set.some(([from, to]) => from <= point && point <= to);
    };
    return this.#alphabet.flatMap((part, index) => (isInside(part) ? [index] : []));
  }

  #add(node: Node): number {
    this.#budget.spend(nodeCost);
    return this.#nodes.push(node) - 1;
  }
}

class Subsets {
  readonly #nodes: readonly Node[];
  readonly #budget: WorkBudget;

  constructor(nodes: readonly Node[], budget: WorkBudget) {
    this.#nodes = nodes;
    this.#budget = budget;
  }

  /** The nodes that wait for a character, and 0 if the end is reached, after passing what is free. */
  closure(from: Iterable<number>, anchor?: "start" | "end"): readonly number[] {
    const seen = new Set(from);
    for (const index of seen) {
      this.#budget.spend(1);
      const node = this.#nodes[index];
      if (node?.kind === "split") for (const to of node.to) seen.add(to);
      else if (node !== undefined && node.kind === anchor) seen.add(node.to);
    }
    return [...seen].filter((index) => this.#nodes[index]?.kind !== "split").sort((a, b) => a - b);
  }

  /** Where each class of characters leads; classes that lead to one place come together. */
  steps(state: readonly number[], classes: number, restart: readonly number[]) {
    const targets = Array.from({ length: classes }, () => new Set(restart));
    for (const index of state) {
      const node = this.#nodes[index];
      if (node?.kind !== "set") continue;
      for (const part of node.classes) targets[part]?.add(node.to);
      this.#budget.spend(node.classes.length);
    }
    const grouped = new Map<string, [number[], Set<number>]>();
    for (const [part, found] of targets.entries()) {
      if (found.size === 0) continue;
      const key = [...found].join();
      const group = grouped.get(key);
      if (group === undefined) grouped.set(key, [[part], found]);
      else group[0].push(part);
    }
    return [...grouped.values()].map(([parts, found]) => [parts, this.closure(found)] as const);
  }
}

/** Cuts all characters into classes that no set of the expression divides. */
function splitAlphabet(regex: Regex): readonly CharacterSet[] {
  const cuts = new Set([0, 0xd800, 0xe000]);
  for (const set of setsOf(regex)) for (const [from, to] of set) cuts.add(from).add(to + 1);
  const starts = [...cuts].filter((cut) => cut <= 0x10ffff).sort((a, b) => a - b);
  return starts.flatMap((from, index) => {
    const to = (starts[index + 1] ?? 0x110000) - 1;
    return from === 0xd800 ? [] : [[[from, to] as const]];
  });
}

function setsOf(regex: Regex): CharacterSet[] {
  if (regex.kind === "set") return [regex.set];
  if (regex.kind === "repeat") return setsOf(regex.body);
  return "parts" in regex ? regex.parts.flatMap(setsOf) : [];
}

function join(alphabet: readonly CharacterSet[], classes: readonly number[]): CharacterSet {
  return complement(complement(classes.flatMap((part) => alphabet[part] ?? [])));
}
