/** @file Ballots and a question make a board: the very steps of `fastchat rank`, on the same rows. */

import { arenaFeatures } from "../../battles/arena-battles.ts";
import { toRankingRecord } from "../../battles/ranking-record.ts";
import { languageName } from "../../files/language.ts";
import type { BoardQuery } from "../../protocol/arena.ts";
import type { Leaderboard } from "../../protocol/leaderboard.ts";
import type { Battles } from "../../rating/battles.ts";
import { type BattleFilter, filterBattles } from "../../rating/filters.ts";
import { makeBoard } from "../../rating/leaderboard.ts";
import { randomStream } from "../../rating/random.ts";
import { defaultRatingOptions, type RatingOptions } from "../../rating/rating-options.ts";
import type { Ballots, BoardSettings } from "./ballot-box.ts";

export type RatedBoard = {
  board: Omit<Leaderboard, "data_hash">;
  /** Those it is made of. */
  battles: Battles;
};

/** Unix time, s; what a query may say and the command line cannot is brought into its range. */
const latest = 253_402_300_799;
const moment = (time: number | undefined) =>
  time === undefined ? null : Math.min(Math.max(time, 0), latest);

function toFilter(query: BoardQuery, settings: BoardSettings): BattleFilter {
  return {
    since: moment(query.since),
    until: moment(query.until),
    category: query.category === "full" ? null : query.category,
    language: query.language ?? null,
    exclude: [],
    anonymousOnly: true,
    dailyCap: settings.daily_cap,
    dedup: settings.dedup,
    dropAnomalous: false, // the ballots already are without them
  };
}

export const toRatingOptions = ({ style }: Pick<BoardQuery, "style">): RatingOptions => ({
  ...defaultRatingOptions,
  style: style === "1" ? "fastchat" : null,
});

/** @throws {UsageError} there is no such category. */
export async function rateBallots(
  { votes, battles, held }: Ballots,
  query: BoardQuery,
  settings: BoardSettings,
): Promise<RatedBoard> {
  const [filter, options] = [toFilter(query, settings), toRatingOptions(query)];
  const language = filter.language && (languageName(filter.language) ?? filter.language);
  const found = filterBattles(battles, { ...filter, language }, randomStream(options.seed));
  const features = options.style ? [...arenaFeatures] : [];
  const dropped = [...(held > 0 ? [["quarantined", held] as const] : []), ...found.dropped];
  const board = {
    ...(await rated(found.battles, options)),
    options: toRankingRecord({ features, keep: new Set(), banned: new Set() }, filter, options),
    counts: {
      rows: votes.length,
      not_votes: 0,
      bad_rows: 0,
      dropped: Object.fromEntries(dropped),
      battles: found.battles.length,
    },
  };
  return { board, battles: found.battles };
}

/** Where nothing can be rated, nobody is on the board. */
function rated(battles: Battles, options: RatingOptions) {
  const hasStyle = options.style === null || battles.style.some((count) => !Number.isNaN(count));
  if (battles.length === 0 || !hasStyle) return Promise.resolve({ models: [] });
  return makeBoard(battles, options, noRounds);
}

/** The sandwich needs no rounds. */
const noRounds = () => Promise.reject(new Error("no board of the Arena's draws rounds"));

/** What to type for the same numbers, beside the released file. */
export function toCommand(query: BoardQuery, settings: BoardSettings): string {
  const { category, language, since, until, dailyCap, dedup } = toFilter(query, settings);
  const flags = [
    ...(category === null ? [] : ["--category", category]),
    ...(language === null ? [] : ["--language", language]),
    ...(since === null ? [] : ["--since", String(since)]),
    ...(until === null ? [] : ["--until", String(until)]),
    ...(dailyCap === null ? [] : ["--daily-cap", String(dailyCap)]),
    ...(dedup ? ["--dedup"] : []),
    ...(query.style === "1" ? ["--style-control"] : []),
  ];
  return ["fastchat", "rank", "battles.jsonl", ...flags].map(quote).join(" ");
}

const quote = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
