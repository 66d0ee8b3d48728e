/**
 * @file Who meets whom: pairs of which the least is known come first, as far as the configuration
 * lets them meet. The probability of each draw is kept, so that any rule can be undone afterwards.
 *
 * Source: FastChat's `get_battle_pair` for weights, targets and strict targets.
 */

import type { ArenaModel } from "../protocol/arena-config.ts";
import { winners } from "../protocol/battle.ts";
import { drawPair, type PairDistribution, pairProbabilities } from "../rating/pair-sampling.ts";
import { PairTable } from "../rating/pair-table.ts";
import type { Random } from "../rating/random.ts";
import type { ArenaStore } from "../store/arena-store.ts";

export type Drawn = {
  /** Seat a, seat b: which of the two sits where is a coin's. */
  models: [string, string];
  /** Of these two meeting, in whatever seats. */
  probability: number;
};

/** Half of a model's battles are with its targets, where it has any. */
const targetShare = 0.5;

export class Pairing {
  readonly #store: ArenaStore;
  readonly #settings: (name: string) => ArenaModel;
  /** `a\nb` → votes by their place in `winners`. */
  readonly #votes = new Map<string, number[]>();
  #seenEvent = 0;

  constructor(store: ArenaStore, settings: (name: string) => ArenaModel) {
    this.#store = store;
    this.#settings = settings;
  }

  /** Undefined: there are no two that may meet. */
  draw(names: readonly string[], random: Random): Drawn | undefined {
    const distribution = this.#distribution(names);
    if (!distribution) return undefined;
    const { i, j, probability } = drawPair(distribution, random);
    const pair: [string, string] = [names[i] ?? "", names[j] ?? ""];
    return { models: random() < 0.5 ? pair : [pair[1], pair[0]], probability };
  }

  /** The chance of each to be in the next battle. */
  shares(names: readonly string[]): Map<string, number> {
    const shares = new Map(names.map((name) => [name, 0]));
    const distribution = this.#distribution(names);
    for (const [pair, probability] of distribution?.probability.entries() ?? [])
      for (const place of [distribution?.i[pair], distribution?.j[pair]]) {
        const name = names[place ?? -1] ?? "";
        shares.set(name, (shares.get(name) ?? 0) + probability);
      }
    return shares;
  }

  #distribution(names: readonly string[]): PairDistribution | undefined {
    if (names.length < 2) return undefined;
    this.#readVotes();
    const settings = names.map(this.#settings);
    const drawn = pairProbabilities(this.#tableOf(names).counts(), {
      modelWeights: settings.map(({ weight }) => weight),
    });
    const allowed = drawn.probability.map((chance, pair) => {
      const [one, other] = [drawn.i[pair] ?? 0, drawn.j[pair] ?? 0];
      return mayMeet(names, settings, one, other) ? chance : 0;
    });
    const aimed = withTargets(names, settings, { ...drawn, probability: allowed });
    const total = aimed.reduce((sum, chance) => sum + chance, 0);
    if (!(total > 0)) return undefined;
    return { ...drawn, probability: aimed.map((chance) => chance / total) };
  }

  #tableOf(names: readonly string[]): PairTable {
    const table = new PairTable(names.length);
    for (const [i, a] of names.entries())
      for (const [j, b] of names.entries())
        for (const [outcome, count] of (this.#votes.get(`${a}\n${b}`) ?? []).entries())
          if (count > 0) table.add(i, j, outcome, count);
    return table;
  }

  #readVotes(): void {
    for (const { id, body } of this.#store.events(["vote"], this.#seenEvent)) {
      const { model_a, model_b, winner } = body.battle;
      const key = `${model_a}\n${model_b}`;
      const counts = this.#votes.get(key) ?? winners.map(() => 0);
      const place = winners.indexOf(winner);
      counts[place] = (counts[place] ?? 0) + 1;
      this.#votes.set(key, counts);
      this.#seenEvent = id;
    }
  }
}

function mayMeet(
  names: readonly string[],
  settings: readonly ArenaModel[],
  one: number,
  other: number,
): boolean {
  const accepts = (host: number, guest: number) => {
    const only = settings[host]?.strict_targets ?? [];
    return only.length === 0 || isAmong(only, names[guest] ?? "");
  };
  const bothHidden = settings[one]?.anonymous_only && settings[other]?.anonymous_only;
  const othersAreNamed = settings.some(({ anonymous_only }) => !anonymous_only);
  return accepts(one, other) && accepts(other, one) && !(bothHidden && othersAreNamed);
}

/** Raises the pairs with a model's targets until they are half of all its pairs. */
function withTargets(
  names: readonly string[],
  settings: readonly ArenaModel[],
  { i, j, probability }: PairDistribution,
): Float64Array {
  const raised = Float64Array.from(probability);
  for (const [model, { targets }] of settings.entries()) {
    if (targets.length === 0) continue;
    const own = [...probability.keys()].filter((pair) => i[pair] === model || j[pair] === model);
    const rivalOf = (pair: number) => names[(i[pair] === model ? j[pair] : i[pair]) ?? -1] ?? "";
    const aimed = own.filter((pair) => isAmong(targets, rivalOf(pair)));
    const sum = (pairs: number[]) => pairs.reduce((all, pair) => all + (probability[pair] ?? 0), 0);
    const [aimedSum, ownSum] = [sum(aimed), sum(own)];
    const rest = ownSum - aimedSum;
    if (aimedSum <= 0 || rest <= 0 || aimedSum / ownSum >= targetShare) continue;
    const factor = (rest * targetShare) / (1 - targetShare) / aimedSum;
    for (const pair of aimed) raised[pair] = (raised[pair] ?? 0) * factor;
  }
  return raised;
}

function isAmong(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(name);
  });
}
