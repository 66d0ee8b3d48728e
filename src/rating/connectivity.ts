/**
 * @file Which models the battles can place beside one another at all.
 *
 * The likelihood has its maximum at finite strengths exactly when, however the models are divided
 * into two groups, each group has scored against the other (L. R. Ford, 1957): the graph with an
 * arrow from each model to those it scored against is strongly connected. Where it is not, only
 * the strongly connected parts have finite strengths among themselves; we rate the largest, and say
 * of every other model where it stands to it.
 *
 * Source: R. E. Tarjan, "Depth-first search and linear graph algorithms", 1972.
 */
import type { PairOutcomes } from "./pair-outcomes.ts";

/** `rated`, or where the model stands to those that are: infinitely better, worse, or nowhere. */
export type Place = "rated" | "above" | "below" | "apart";

/** (models,) A lone model is never `rated`: there is nothing to compare it with. */
export function placeModels(outcomes: PairOutcomes): Place[] {
  if (areAllLinked(outcomes)) return Array.from({ length: outcomes.models }, () => "rated");
  const beats = arrows(outcomes, true);
  const components = stronglyConnected(beats);
  const main = largest(components, outcomes);
  if (main === undefined) return loneModels(outcomes);
  const [start = 0] = main;
  const below = reachable(beats, start);
  const above = reachable(arrows(outcomes, false), start);
  const rated = new Set(main);
  return Array.from({ length: outcomes.models }, (_, model) => {
    if (rated.has(model)) return "rated";
    if (above.has(model)) return "above";
    return below.has(model) ? "below" : "apart";
  });
}

/**
 * Whether pairs in which both scored join all models: then no arrow needs to be looked at. So it is
 * with nearly every table, and a bootstrap asks a hundred times.
 */
function areAllLinked({ models, i, j, wins, losses, draws }: PairOutcomes): boolean {
  const parent = Int32Array.from({ length: models }, (_, model) => model);
  const rootOf = (model: number) => {
    let root = model;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]]; // halves the path
    return root;
  };
  let groups = models;
  for (let pair = 0; pair < i.length && groups > 1; pair++) {
    if (draws[pair] === 0 && (wins[pair] === 0 || losses[pair] === 0)) continue;
    const [one, other] = [rootOf(i[pair]), rootOf(j[pair])];
    if (one !== other) groups--;
    parent[one] = other;
  }
  return models > 1 && groups === 1;
}

/** For each model those it scored against, or (`forward` false) those that scored against it. */
function arrows(outcomes: PairOutcomes, forward: boolean): number[][] {
  const { models, i, j, wins, losses, draws } = outcomes;
  const lists: number[][] = Array.from({ length: models }, () => []);
  for (let pair = 0; pair < i.length; pair++) {
    const [one, other] = [i[pair], j[pair]];
    const drawn = draws[pair] > 0;
    if (drawn || wins[pair] > 0) lists[forward ? one : other]?.push(forward ? other : one);
    if (drawn || losses[pair] > 0) lists[forward ? other : one]?.push(forward ? one : other);
  }
  return lists;
}

/** Tarjan's algorithm with a stack of its own: thousands of models must not overflow ours. */
function stronglyConnected(next: readonly number[][]): number[][] {
  const order = new Int32Array(next.length).fill(-1);
  const low = new Int32Array(next.length);
  const onPath = new Uint8Array(next.length);
  const path: number[] = [];
  const components: number[][] = [];
  let time = 0;
  const enter = (model: number) => {
    order[model] = low[model] = time++;
    onPath[model] = 1;
    path.push(model);
    return { model, at: 0 };
  };
  for (let root = 0; root < next.length; root++) {
    if (order[root] !== -1) continue;
    const calls = [enter(root)];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { model } = call;
      const target = next[model]?.[call.at++];
      if (target !== undefined && order[target] === -1) calls.push(enter(target));
      else if (target !== undefined) {
        if (onPath[target]) low[model] = Math.min(low[model], order[target]);
      } else {
        calls.pop();
        const caller = calls.at(-1)?.model;
        if (caller !== undefined) low[caller] = Math.min(low[caller], low[model]);
        if (low[model] !== order[model]) continue;
        const component = path.splice(path.indexOf(model));
        for (const member of component) onPath[member] = 0;
        components.push(component);
      }
    }
  }
  return components;
}

/** The part of two models or more with the most battles inside it; of two alike, neither is it. */
function largest(components: readonly number[][], outcomes: PairOutcomes): number[] | undefined {
  const { models, i, j, wins, losses, draws } = outcomes;
  const size = (index: number) => components[index].length;
  const componentOf = new Int32Array(models);
  for (const [index, members] of components.entries())
    for (const model of members) componentOf[model] = index;
  const battles = new Float64Array(components.length);
  for (let pair = 0; pair < i.length; pair++) {
    const index = componentOf[i[pair]];
    if (index !== componentOf[j[pair]]) continue;
    const met = wins[pair] + losses[pair] + draws[pair];
    battles[index] += met;
  }
  const [first, second] = [...components.keys()]
    .filter((index) => components[index].length > 1)
    .sort((one, other) => battles[other] - battles[one] || size(other) - size(one));
  if (first === undefined) return undefined;
  const isTied =
    second !== undefined && battles[first] === battles[second] && size(first) === size(second);
  return isTied ? undefined : components[first];
}

/** Nobody can be rated: a model is above when it only ever scored, below when it was only scored against. */
function loneModels({ models, i, j, wins, losses, draws }: PairOutcomes): Place[] {
  const won = new Uint8Array(models);
  const lost = new Uint8Array(models);
  for (let pair = 0; pair < i.length; pair++) {
    const [one, other, drawn] = [i[pair], j[pair], draws[pair] > 0];
    if (drawn || wins[pair] > 0) won[one] = lost[other] = 1;
    if (drawn || losses[pair] > 0) won[other] = lost[one] = 1;
  }
  return Array.from({ length: models }, (_, model) => {
    if (won[model] === lost[model]) return "apart";
    return won[model] ? "above" : "below";
  });
}

function reachable(next: readonly number[][], start: number): Set<number> {
  const seen = new Set([start]);
  for (const model of seen) for (const target of next[model] ?? []) seen.add(target);
  return seen;
}
