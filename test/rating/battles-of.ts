/** @file Battles for tests: rows with as much as a test cares for, and the golden data sets. */
import type { Winner } from "../../src/protocol/battle.ts";
import { BattleLog } from "../../src/rating/battle-log.ts";
import type { Battle, Battles } from "../../src/rating/battles.ts";
import type { BattleFilter } from "../../src/rating/filters.ts";
import golden from "../fixtures/arena-ratings.json" with { type: "json" };

export type Row = Partial<Battle> & { modelA: string; modelB: string; winner: Winner };

const unknown: Omit<Battle, "modelA" | "modelB" | "winner"> = {
  time: Number.NaN,
  judge: null,
  anonymous: true,
  language: null,
  categories: 1,
  prompt: 0,
  style: null,
};

export function battlesOf(rows: readonly Row[]): Battles {
  const log = new BattleLog();
  for (const row of rows) log.add({ ...unknown, ...row });
  return log.finish();
}

type GoldenSet = (typeof golden.datasets)[number];

/** 3 models and 50 battles; 10 models, 5 000 battles, 40 judges. */
export const small: GoldenSet = golden.datasets[0];
export const large = golden.datasets[1] as Extract<
  GoldenSet,
  { expected: { outlier_detect_fastchat_defaults: object } }
>;

const winners = ["model_a", "model_b", "tie", "both_bad"] as const;

/** The rows of a golden data set; of the large one with their judges. */
export function goldenRows(set: { models: string[]; battles: number[][] }): Row[] {
  return set.battles.map(([a, b, outcome, judge]) => ({
    modelA: set.models[a],
    modelB: set.models[b],
    winner: winners[outcome],
    judge: judge === undefined ? null : `arena_user_${judge}`,
  }));
}

/** Asks for nothing. */
export const everything: BattleFilter = {
  since: null,
  until: null,
  category: null,
  language: null,
  exclude: [],
  anonymousOnly: false,
  dailyCap: null,
  dedup: false,
  dropAnomalous: false,
};
