/** @file Rates battles with style control: those whose answers' style is known. */
import { UsageError } from "../errors/usage-error.ts";
import { winners } from "../protocol/battle.ts";
import type { Battles } from "./battles.ts";
import { fitBradleyTerry } from "./bradley-terry.ts";
import { type Place, placeModels } from "./connectivity.ts";
import { type Estimate, type Spread, strengthAt, widenCovariance, widenRows } from "./estimate.ts";
import { type TiePolicy, toOutcomes } from "./pair-outcomes.ts";
import { countPairs } from "./pair-table.ts";
import type { RatingOptions } from "./rating-options.ts";
import { selectRows } from "./select.ts";
import type { StyleTask } from "./style-bootstrap.ts";
import { arenaRankPenalty, fastChatPenalty, fitStyle, styleCovariance } from "./style-control.ts";
import { toStyleData } from "./style-data.ts";

/** Runs the rounds of a style bootstrap: here and now, or on several threads. */
export type StyleRounds = (task: StyleTask, rounds: number) => Promise<Float64Array>;

/** arena-rank's sandwich leaves the penalty out and adds this, for each battle, to its diagonal. */
const arenaRankRidge = 1e-5;

/** @throws {UsageError} no battle has the features. */
export async function rateWithStyle(
  battles: Battles,
  options: RatingOptions,
  styleRounds: StyleRounds,
): Promise<Estimate> {
  const styled = selectRows(battles, hasStyle(battles, options.ties));
  if (styled.length === 0)
    throw new UsageError(
      `No battle tells how its answers look (${battles.features.join(", ")}): style control needs conv_metadata or conversations.`,
    );
  const found = placeModels(toOutcomes(countPairs(styled), "half", false));
  const places = placesOf(battles, styled, found);
  const rated = selectRows(styled, bothRated(styled, found));
  const n = battles.models.length + battles.features.length;
  const parameters = new Float64Array(n);
  for (const [model, place] of places.entries()) parameters[model] = strengthAt[place];
  if (rated.length === 0)
    return { parameters, places, spread: { covariance: new Float64Array(n * n) } };

  const task = fitTask(rated, options);
  const target = Int32Array.from([
    ...rated.models.map((model) => battles.models.indexOf(model)),
    ...battles.features.map((_, feature) => battles.models.length + feature),
  ]);
  const fitted = [...task.fit.strengths, ...task.fit.coefficients];
  for (const [from, to] of target.entries()) parameters[to] = fitted[from];
  const spread = await spreadOf(task, options, styleRounds);
  return { parameters, places, spread: widen(spread, target, n) };
}

function fitTask(rated: Battles, options: RatingOptions): StyleTask {
  const outcomes = toOutcomes(countPairs(rated), "half", options.reweight);
  const isFastChat = options.style === "fastchat";
  const data = toStyleData(rated, outcomes, { plus: isFastChat ? 1 : 0 });
  const penalty = isFastChat ? fastChatPenalty : arenaRankPenalty(totalWeight(data));
  const { strengths } = fitBradleyTerry(outcomes);
  const coefficients = new Float64Array(rated.features.length);
  return {
    data,
    penalty,
    fit: fitStyle(data, penalty, { strengths, coefficients }),
    seed: options.seed,
  };
}

async function spreadOf(
  task: StyleTask,
  { interval, rounds, style }: RatingOptions,
  styleRounds: StyleRounds,
): Promise<Spread> {
  if (interval === "bootstrap") return { rounds: await styleRounds(task, rounds) };
  const ridge = arenaRankRidge * totalWeight(task.data);
  const penalty = style === "fastchat" ? task.penalty : { strengths: ridge, style: ridge };
  return { covariance: styleCovariance(task.data, penalty, task.fit) };
}

function widen(spread: Spread, target: Int32Array, n: number): Spread {
  return "rounds" in spread
    ? { rounds: widenRows(spread.rounds, target, n) }
    : { covariance: widenCovariance(spread.covariance, target, n) };
}

/** Rows whose features are all known, and which the tie policy lets count. */
function hasStyle({ length, outcome, style, features }: Battles, ties: TiePolicy): Uint8Array {
  const counts = winners.map((winner) => {
    if (winner === "both_bad") return ties === "half";
    return winner === "tie" ? ties !== "drop" : true;
  });
  const width = 2 * features.length;
  return Uint8Array.from({ length }, (_, row) => {
    if (!counts[outcome[row]]) return 0;
    for (let f = 0; f < width; f++) if (Number.isNaN(style[row * width + f])) return 0;
    return 1;
  });
}

function bothRated({ length, a, b }: Battles, places: readonly Place[]): Uint8Array {
  const isRated = places.map((place) => place === "rated");
  return Uint8Array.from({ length }, (_, row) => (isRated[a[row]] && isRated[b[row]] ? 1 : 0));
}

/** The places of all models, of which `styled` has only some. */
function placesOf(battles: Battles, styled: Battles, found: readonly Place[]): Place[] {
  const placeOf = new Map(styled.models.map((model, index) => [model, found[index]]));
  return battles.models.map((model) => placeOf.get(model) ?? "apart");
}

function totalWeight({ start, weight }: StyleTask["data"]): number {
  return weight.reduce((sum, one, pair) => sum + one * (start[pair + 1] - start[pair]), 0);
}
