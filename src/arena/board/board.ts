/** @file The leaderboard: for each question one answer, kept until a vote or a verdict changes it. */

import {
  type BoardModel,
  BoardQuery,
  type BoardView,
  type PlotsView,
  type Standing,
} from "../../protocol/arena.ts";
import type { LeaderboardRow } from "../../protocol/leaderboard.ts";
import type { Battles } from "../../rating/battles.ts";
import { categories, categoryBit } from "../../rating/categories.ts";
import type { ArenaModels } from "../models.ts";
import type { BallotBox, Ballots, BoardSettings } from "./ballot-box.ts";
import { toPlots } from "./plots.ts";
import { type RatedBoard, rateBallots, toCommand, toRatingOptions } from "./rated-board.ts";
import type { Sampling } from "./sampling.ts";

export type BoardModels = Pick<ArenaModels, "info" | "settings">;

/** Questions whose answers are kept. */
const maxKept = 200;

export class Board {
  readonly #box: BallotBox;
  readonly #settings: BoardSettings;
  readonly #models: BoardModels;
  readonly #kept = new Map<string, Promise<RatedBoard>>();
  #version = "";

  constructor(box: BallotBox, settings: BoardSettings, models: BoardModels) {
    this.#box = box;
    this.#settings = settings;
    this.#models = models;
  }

  /** @throws {UsageError} there is no such category. */
  async view(query: BoardQuery): Promise<BoardView> {
    const { ballots } = this.#box;
    const dataHash = this.#box.dataHash(ballots); // of these ballots: before anything is awaited
    const [{ board }, other, overall] = await Promise.all([
      this.#rated(ballots, query),
      this.#rated(ballots, { ...query, style: query.style === "1" ? "0" : "1" }),
      this.#rated(ballots, { category: "full", style: query.style }),
    ]);
    return {
      updated_at: ballots.madeAt,
      board: { ...board, data_hash: dataHash },
      models: Object.fromEntries(board.models.map((row) => [row.model, this.#modelOf(row)])),
      other_style_rank: ranksOf(board.models, other),
      overall_rank: ranksOf(board.models, overall),
      categories: this.#categoriesOf(ballots.battles),
      languages: languagesOf(ballots.battles),
      command: toCommand(query, this.#settings),
    };
  }

  /**
   * @param sampling how often each model was shown.
   * @param shares   how likely a battle now would draw it.
   * @throws {UsageError} there is no such category.
   */
  async plots(
    query: BoardQuery,
    sampling: Sampling,
    shares: ReadonlyMap<string, number>,
  ): Promise<PlotsView> {
    const found = await this.#rated(this.#box.ballots, query);
    const priceOf = (model: string) => this.#models.info(model).price_output;
    return toPlots(found, toRatingOptions(query), priceOf, sampling.shown(), shares);
  }

  /** Where each model stands over all, as the reveal tells it; those without a rating are not in it. */
  async standings(): Promise<Map<string, Standing>> {
    const { board } = await this.#rated(this.#box.ballots, overallQuery);
    return toStandings(board.models);
  }

  #rated(ballots: Ballots, query: BoardQuery): Promise<RatedBoard> {
    if (this.#version !== ballots.version || this.#kept.size > maxKept) this.#kept.clear();
    this.#version = ballots.version;
    const { category, language, style, since, until } = query;
    const key = JSON.stringify([category, language, style, since, until]);
    const kept = this.#kept.get(key) ?? rateBallots(ballots, query, this.#settings);
    this.#kept.set(key, kept);
    return kept;
  }

  #modelOf({ model, battles }: LeaderboardRow): BoardModel {
    return {
      ...this.#models.info(model),
      provisional: battles < this.#settings.provisional_below,
      retired: this.#models.settings(model).retired,
    };
  }

  #categoriesOf(battles: Battles): BoardView["categories"] {
    const offered = this.#settings.categories;
    return categories
      .filter(({ name }) => name === "full" || (offered?.includes(name) ?? true))
      .map(({ name, title, explanation }) => ({
        name,
        title,
        explanation,
        battles: countIn(battles, categoryBit(name)),
      }))
      .filter(({ name, battles: count }) => name === "full" || count > 0);
  }
}

const overallQuery = BoardQuery.parse({});

function ranksOf(rows: readonly LeaderboardRow[], { board }: RatedBoard) {
  const ranks = new Map(board.models.map(({ model, rank }) => [model, rank]));
  return Object.fromEntries(rows.map(({ model }) => [model, ranks.get(model) ?? null]));
}

function countIn({ categories: bits }: Battles, bit: number): number {
  let count = 0;
  for (const one of bits) if ((one & bit) !== 0) count++;
  return count;
}

/** Most battles first. */
function languagesOf({ languages, language }: Battles): BoardView["languages"] {
  const counts = languages.map((name) => ({ name, battles: 0 }));
  for (const place of language) {
    const count = counts[place];
    if (count) count.battles++;
  }
  return counts.sort(
    (one, other) => other.battles - one.battles || (one.name < other.name ? -1 : 1),
  );
}

function toStandings(rows: readonly LeaderboardRow[]): Map<string, Standing> {
  const rated = rows.filter(({ rating }) => rating !== null);
  return new Map(
    rated.map(({ model, rating, lower, upper, rank, battles }) => [
      model,
      { rating, lower, upper, rank, battles },
    ]),
  );
}
