/**
 * @file Finite automata over characters: which texts a pattern, a format or a list of names allows.
 *
 * Deterministic, so that two can hold at once (`intersect`) and a grammar made from one never has
 * two ways to read a text. A state from which no text can end is never kept.
 */
import {
  type CharacterSet,
  charactersOf,
  codePoint,
  complement,
  hasCodePoint,
  intersection,
} from "../character-set.ts";

export type Edge = { readonly set: CharacterSet; readonly to: number };

/** State 0 is the first. */
export type Automaton = {
  readonly accepts: readonly boolean[];
  readonly edges: readonly (readonly Edge[])[];
};

/** Thrown where an automaton would have more states than we build; callers word the sentence. */
export class TooManyStatesError extends Error {
  override readonly name = "TooManyStatesError";
}

/** How much work may be spent together: a unit is less than a microsecond. */
export class WorkBudget {
  #left: number;

  constructor(left = 1_000_000) {
    this.#left = left;
  }

  /** @throws {TooManyStatesError} there is not that much left. */
  spend(amount: number): void {
    this.#left -= amount;
    if (this.#left < 0) throw new TooManyStatesError();
  }
}

export type States<T> = {
  readonly start: T;
  /** Two states with one key are the same state. */
  key(state: T): string;
  accepts(state: T): boolean;
  steps(state: T): Iterable<readonly [CharacterSet, T]>;
};

const mostStates = 6_000;
const stateCost = 50;

/**
 * Visits every state from the first, then drops those that lead to no end.
 *
 * @returns undefined where no text at all is accepted.
 * @throws {TooManyStatesError} there are more than 6 000.
 */
export function explore<T>(states: States<T>, budget = new WorkBudget()): Automaton | undefined {
  const numbers = new Map([[states.key(states.start), 0]]);
  const found = [states.start];
  const edges: Edge[][] = [];
  for (let at = 0; at < found.length; at++) {
    const steps = [...states.steps(found[at] as T)].filter(([set]) => set.length > 0);
    budget.spend(stateCost + steps.length);
    edges.push(steps.map(([set, next]) => ({ set, to: number(next) })));
  }
  return trim({ accepts: found.map((state) => states.accepts(state)), edges });

  function number(state: T): number {
    const key = states.key(state);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (found.length >= mostStates) throw new TooManyStatesError();
    numbers.set(key, found.length);
    return found.push(state) - 1;
  }
}

/** The texts that both accept; undefined where there is none. */
export function intersect(a: Automaton, b: Automaton, budget?: WorkBudget): Automaton | undefined {
  return explore<readonly [number, number]>(
    {
      start: [0, 0],
      key: ([one, other]) => `${one} ${other}`,
      accepts: ([one, other]) => a.accepts[one] === true && b.accepts[other] === true,
      *steps([one, other]) {
        for (const left of a.edges[one] ?? [])
          for (const right of b.edges[other] ?? [])
            yield [intersection(left.set, right.set), [left.to, right.to]];
      },
    },
    budget,
  );
}

/** The automaton's texts of min to max characters; undefined where there is none. */
export function ofLength(
  automaton: Automaton,
  min: number,
  max: number,
  budget?: WorkBudget,
): Automaton | undefined {
  const longest = longestText(automaton);
  if (shortestText(automaton) >= min && longest <= max) return automaton;
  const most = longest <= max ? Number.POSITIVE_INFINITY : max;
  const counted = most === Number.POSITIVE_INFINITY ? min : most;
  return explore<readonly [number, number]>(
    {
      start: [0, 0],
      key: ([state, length]) => `${state} ${length}`,
      accepts: ([state, length]) => automaton.accepts[state] === true && length >= min,
      *steps([state, length]) {
        if (length >= most) return;
        for (const { set, to } of automaton.edges[state] ?? [])
          yield [set, [to, Math.min(length + 1, counted)]];
      },
    },
    budget,
  );
}

/** Any text of these words and no other; undefined where there are none. */
export function wordsAutomaton(words: readonly string[]): Automaton | undefined {
  const tree = wordTree(words);
  return explore<number>({
    start: 0,
    key: String,
    accepts: (node) => tree[node]?.ends === true,
    *steps(node) {
      for (const [next, child] of tree[node]?.children ?? []) yield [charactersOf(next), child];
    },
  });
}

/** Every text but these words. */
export function otherThanWords(words: readonly string[]): Automaton | undefined {
  const tree = wordTree(words);
  const other = -1;
  return explore<number>({
    start: 0,
    key: String,
    accepts: (node) => tree[node]?.ends !== true,
    *steps(node) {
      const children = tree[node]?.children ?? new Map<string, number>();
      for (const [next, child] of children) yield [charactersOf(next), child];
      yield [complement(charactersOf([...children.keys()].join(""))), other];
    },
  });
}

export function matches(automaton: Automaton, text: string): boolean {
  let state: number | undefined = 0;
  for (const character of text) {
    const point = codePoint(character);
    state = automaton.edges[state]?.find(({ set }) => hasCodePoint(set, point))?.to;
    if (state === undefined) return false;
  }
  return automaton.accepts[state] === true;
}

/** The length of the shortest text, in characters. */
export function shortestText({ accepts, edges }: Automaton): number {
  const distances = new Map([[0, 0]]);
  for (const [state, distance] of distances) {
    if (accepts[state] === true) return distance;
    for (const { to } of edges[state] ?? [])
      if (!distances.has(to)) distances.set(to, distance + 1);
  }
  return Number.POSITIVE_INFINITY;
}

/** The length of the longest text, in characters; infinity where some text can always go on. */
export function longestText({ edges }: Automaton): number {
  const into = edges.map(() => 0);
  for (const { to } of edges.flat()) into[to] = (into[to] ?? 0) + 1;
  const lengths = edges.map(() => 0);
  const ready = into.flatMap((count, state) => (count === 0 ? [state] : []));
  for (const state of ready)
    for (const { to } of edges[state] ?? []) {
      lengths[to] = Math.max(lengths[to] ?? 0, (lengths[state] ?? 0) + 1);
      into[to] = (into[to] ?? 0) - 1;
      if (into[to] === 0) ready.push(to);
    }
  return ready.length < edges.length ? Number.POSITIVE_INFINITY : Math.max(...lengths, 0);
}

type WordNode = { readonly children: Map<string, number>; ends: boolean };

/** The words as a tree of their characters; node 0 is where each begins. */
function wordTree(words: readonly string[]): readonly WordNode[] {
  const root: WordNode = { children: new Map(), ends: false };
  const tree = [root];
  for (const word of words) {
    let node = root;
    for (const character of word) {
      const index = node.children.get(character) ?? tree.length;
      const child = tree[index] ?? { children: new Map(), ends: false };
      if (index === tree.length) tree.push(child);
      if (tree.length > mostStates) throw new TooManyStatesError();
      node.children.set(character, index);
      node = child;
    }
    node.ends = true;
  }
  return tree;
}

function trim({ accepts, edges }: Automaton): Automaton | undefined {
  const before = edges.map((): number[] => []);
  for (const [from, steps] of edges.entries()) for (const { to } of steps) before[to]?.push(from);
  const alive = new Set(accepts.flatMap((yes, state) => (yes ? [state] : [])));
  for (const state of alive) for (const from of before[state] ?? []) alive.add(from);
  if (!alive.has(0)) return undefined;
  const kept = [...alive].sort((a, b) => a - b);
  const renamed = new Map(kept.map((state, index) => [state, index]));
  return {
    accepts: kept.map((state) => accepts[state] === true),
    edges: kept.map((state) =>
      (edges[state] ?? []).flatMap(({ set, to }) => {
        const target = renamed.get(to);
        return target === undefined ? [] : [{ set, to: target }];
      }),
    ),
  };
}
