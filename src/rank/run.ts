/** @file The library function behind `fastchat rank`: battle files in, a ranking out. */

import { toRankingRecord } from "../battles/ranking-record.ts";
import { type ReadOptions, type ReadResult, readBattles } from "../battles/read-battles.ts";
import { UsageError } from "../errors/usage-error.ts";
import { languageName } from "../files/language.ts";
import { toCount } from "../page/number-words.ts";
import type { Leaderboard } from "../protocol/leaderboard.ts";
import type { Battles } from "../rating/battles.ts";
import { categories } from "../rating/categories.ts";
import { type BattleFilter, filterBattles } from "../rating/filters.ts";
import { makeBoard } from "../rating/leaderboard.ts";
import { randomStream } from "../rating/random.ts";
import type { RatingOptions } from "../rating/rating-options.ts";
import { toWords } from "./rating-words.ts";
import { remarksOn } from "./remarks.ts";
import { styleRoundsOn } from "./style-threads.ts";

export type RankOptions = {
  read: Omit<ReadOptions, "withPrompts" | "withCategories" | "withJudges" | "detectLanguage">;
  filter: BattleFilter;
  rating: RatingOptions;
  /** Of the style bootstrap. */
  threads: number;
};

export type Ranking = {
  board: Leaderboard;
  /** The battles the board is made of. */
  battles: Battles;
  /** What the files held beside them. */
  read: Pick<ReadResult, "badRows" | "badRowExamples" | "leakedWords">;
  /** What was asked for and could not be done, a sentence each. */
  remarks: string[];
};

/** @throws {UsageError} a file cannot be read, no battle is left, or an option does not fit them. */
export async function rank({ read, filter, rating, threads }: RankOptions): Promise<Ranking> {
  const found = await readBattles({
    ...read,
    withPrompts: filter.dedup,
    withJudges: filter.dailyCap !== null || filter.dropAnomalous,
    withCategories: filter.category !== null,
    detectLanguage: filter.language !== null || needsLanguage(filter.category),
  });
  const random = randomStream(rating.seed);
  const asked = {
    ...filter,
    language: filter.language && (languageName(filter.language) ?? filter.language),
  };
  const { battles, dropped } = filterBattles(found.battles, asked, random);
  const counts = countsOf(found, dropped, battles);
  if (battles.length === 0) throw new UsageError(whyNothing(counts, found));
  const board = await makeBoard(battles, rating, styleRoundsOn(threads));
  const options = toRankingRecord(read, filter, rating);
  return {
    board: { ...board, options, data_hash: found.dataHash, counts },
    battles,
    read: found,
    remarks: remarksOn(found.battles, filter, rating),
  };
}

const needsLanguage = (category: string | null) =>
  categories.some((one) => one.name === category && one.needsLanguage);

function countsOf(
  { rows, notVotes, badRows, dropped: cleaned }: ReadResult,
  filtered: readonly [string, number][],
  battles: Battles,
): Leaderboard["counts"] {
  return {
    rows,
    not_votes: notVotes,
    bad_rows: badRows,
    dropped: Object.fromEntries([...cleaned, ...filtered]),
    battles: battles.length,
  };
}

function whyNothing(
  counts: Leaderboard["counts"],
  { badRowExamples, battles }: ReadResult,
): string {
  const { rows, not_votes, bad_rows, dropped } = counts;
  const lost = Object.entries({ ...dropped, "no votes": not_votes, "bad rows": bad_rows })
    .filter(([, count]) => count > 0)
    .map(([rule, count]) => `${toWords(rule)}: ${count}`);
  const [bad] = badRowExamples;
  return [
    `No battle is left to rate: ${toCount(rows, "row")} read${lost.length > 0 ? `; ${lost.join(", ")}` : ""}.`,
    ...(bad ? [`The first bad row: ${bad.file}:${bad.line}: ${bad.reason}.`] : []),
    ...(dropped.language
      ? [`Languages here: ${battles.languages.join(", ") || "none is named"}.`]
      : []),
    ...(dropped.named ? ["--named counts votes of people who knew the names."] : []),
  ]
    .join(" ")
    .replaceAll("\u00a0", " ");
}
