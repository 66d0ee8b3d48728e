/** @file A ranking as it might have come out, of any size, the same every time: what views show. */
import type { LeaderboardRow } from "../../src/protocol/leaderboard.ts";
import type { RankReport } from "../../src/rank/report.ts";

/** Ratings fall from 1200; pairs far apart in the list met less often, some never. */
export function believableReport(models: readonly string[]): RankReport {
  const ratings = models.map((_, at) => 1200 - 340 * (at / Math.max(1, models.length - 1)) ** 0.8);
  const widths = models.map((_, at) => 7 + ((at * 7) % 11) + (at === models.length - 1 ? 9 : 0));
  const rows = models.map((model, at) => toRow(model, ratings, widths, at));
  const matrix = (value: (row: number, column: number) => number | null) =>
    models.map((_, row) => models.map((_, column) => value(row, column)));
  const score = (row: number, column: number) =>
    1 / (1 + 10 ** (((ratings[column] ?? 0) - (ratings[row] ?? 0)) / 400));
  const count = (row: number, column: number) => {
    if (row === column) return 0;
    const [low, high] = [Math.min(row, column), Math.max(row, column)];
    return Math.max(0, Math.round(1400 / (1 + high - low) - 30 + ((low * 31 + high * 17) % 60)));
  };
  const winFraction = matrix((row, column) => {
    if (row === column || count(row, column) === 0) return null;
    const noise = (((row + column) * 13) % 7) / 100 - 0.03;
    return Math.max(0, Math.min(1, score(row, column) + (row < column ? noise : -noise)));
  });
  return {
    board: {
      models: rows,
      options: {
        category: "full",
        system: "bradley-terry",
        interval: "sandwich",
        level: 0.95,
        ties: "half",
        reweight: false,
        anchor: null,
        style: null,
        min_battles: 0,
        exclude: [],
      },
      data_hash: `sha256:${"0123456789abcdef".repeat(4)}`,
      counts: {
        rows: 12_345,
        not_votes: 1_200,
        bad_rows: 3,
        dropped: { leaked_identity: 410, unfinished: 0 },
        battles: 10_732,
      },
    },
    models,
    winFraction,
    battleCount: matrix(count),
    predictedWin: matrix(score),
    averageWin: winFraction.map(mean),
    history: toHistory(ratings),
    command: "fastchat rank battles.jsonl --html report.html",
  };
}

function toRow(
  model: string,
  ratings: readonly number[],
  widths: readonly number[],
  at: number,
): LeaderboardRow {
  const end = (one: number, sign: 1 | -1) => (ratings[one] ?? 0) + sign * (widths[one] ?? 0);
  const all = [...ratings.keys()];
  const above = all.filter((one) => end(one, -1) > end(at, 1)).length;
  const below = all.filter((one) => end(one, 1) < end(at, -1)).length;
  return {
    model,
    rating: ratings[at] ?? 0,
    lower: end(at, -1),
    upper: end(at, 1) + (at % 4 === 2 ? 3 : 0),
    rank: 1 + above,
    rank_lower: 1 + above,
    rank_upper: ratings.length - below,
    battles: 900 + ((at * 7919) % 4000),
  };
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Twelve months; the second model led until May, and the later ones joined one by one. */
function toHistory(ratings: readonly number[]): RankReport["history"] {
  return [...Array(12).keys()].map((month) => ({
    time: Date.UTC(2024, month, 1) / 1000,
    ratings: ratings.map((rating, at) => {
      if (month < (at % 5) - 1) return null;
      const before = (11 - month) * (at === 0 ? -4 : at === 1 ? 3 : ((at * 5) % 7) - 3);
      return rating + before;
    }),
  }));
}

/** A model that only won. */
export const unrated: LeaderboardRow = {
  model: "brand-new",
  rating: null,
  lower: null,
  upper: null,
  rank: null,
  rank_lower: null,
  rank_upper: null,
  battles: 4,
  unrated: "only_wins",
};
