/**
 * @file Fewer states for the same texts: states that nothing tells apart become one.
 *
 * Source: E. F. Moore, "Gedanken-experiments on sequential machines", Automata Studies, 1956.
 */

import { type CharacterSet, characterSet } from "../character-set.ts";
import type { Automaton, Edge } from "./automaton.ts";

/** Larger ones stay as they are: long rows of states take as many rounds as they are long. */
const mostStates = 300;

export function minimized(automaton: Automaton): Automaton {
  const { accepts, edges } = automaton;
  if (edges.length > mostStates) return automaton;
  let classes: number[] = accepts.map((yes) => (yes ? 1 : 0));
  for (let count = 0; ; ) {
    const merged = edges.map((steps) => mergeEdges(steps, classes));
    const keys = merged.map((steps, state) => `${classes[state]} ${JSON.stringify(steps)}`);
    const numbers = new Map<string, number>();
    for (const key of keys) if (!numbers.has(key)) numbers.set(key, numbers.size);
    if (numbers.size === count) return pick(automaton, merged, classes, count);
    count = numbers.size;
    classes = keys.map((key) => numbers.get(key) ?? 0);
  }
}

/** Edges into one class as one, in the order of the classes. */
function mergeEdges(steps: readonly Edge[], classes: readonly number[]): Edge[] {
  const sets = new Map<number, CharacterSet>();
  for (const { set, to } of steps) {
    const target = classes[to] ?? 0;
    sets.set(target, characterSet([...(sets.get(target) ?? []), ...set]));
  }
  return [...sets].sort(([a], [b]) => a - b).map(([to, set]) => ({ set, to }));
}

/** One state of each class; the first state's class is number 0. */
function pick(
  { accepts }: Automaton,
  merged: readonly (readonly Edge[])[],
  classes: readonly number[],
  count: number,
): Automaton {
  const chosen = Array.from({ length: count }, (_, number) => classes.indexOf(number));
  return {
    accepts: chosen.map((state) => accepts[state] === true),
    edges: chosen.map((state) => merged[state] ?? []),
  };
}
