/** @file The rows of the leaderboard: the rating beside what is known of the model, filtered and sorted. */
import type { BoardModel, BoardView } from "../../../protocol/arena.ts";
import type { LeaderboardRow } from "../../../protocol/leaderboard.ts";
import type { BoardState, Sort, SortKey } from "./board-state.ts";

export type BoardRow = LeaderboardRow & {
  info: BoardModel;
  /** Places gained (+) or lost (−); null: not in the other board. */
  againstOverall: number | null;
  againstStyle: number | null;
};

export type BoardLists = {
  rated: BoardRow[];
  retired: BoardRow[];
  unrated: BoardRow[];
};

export function listRows(view: BoardView, state: BoardState): BoardLists {
  const rows = view.board.models.map((row) => joinRow(row, view));
  const shown = rows.filter((row) => matches(row, state));
  const sorted = sortRows(shown, state.sort);
  const isRated = ({ rating }: BoardRow) => rating !== null;
  return {
    rated: sorted.filter((row) => isRated(row) && !row.info.retired),
    retired: state.retired ? sorted.filter((row) => isRated(row) && row.info.retired) : [],
    unrated: shown.filter((row) => !isRated(row) && (state.retired || !row.info.retired)),
  };
}

function joinRow(row: LeaderboardRow, view: BoardView): BoardRow {
  return {
    ...row,
    info: view.models[row.model] ?? unknownModel(row.model),
    againstOverall: placesGained(row.rank, view.overall_rank[row.model]),
    againstStyle: placesGained(row.rank, view.other_style_rank[row.model]),
  };
}

const placesGained = (here: number | null, there: number | null | undefined) =>
  here === null || typeof there !== "number" ? null : there - here;

const unknownModel = (name: string): BoardModel => ({
  name,
  organisation: null,
  licence: null,
  link: null,
  price_input: null,
  price_output: null,
  context: null,
  knowledge_cutoff: null,
  vision: false,
  provisional: false,
  retired: false,
});

function matches({ model, battles, info }: BoardRow, state: BoardState): boolean {
  const sought = state.search.trim().toLowerCase();
  const words = [model, info.organisation ?? "", info.licence ?? ""].join(" ").toLowerCase();
  return (
    sought.split(/\s+/).every((word) => words.includes(word)) &&
    (!state.openLicence || isOpen(info.licence)) &&
    battles >= state.minimum &&
    (state.provisional || !info.provisional)
  );
}

const isOpen = (licence: string | null) =>
  licence !== null && !/propriet|closed|commercial api|unknown/i.test(licence);

function sortRows(rows: readonly BoardRow[], { key, descending }: Sort): BoardRow[] {
  return [...rows].sort((a, b) => compareRows(a, b, key, descending ? -1 : 1));
}

/** What is not known comes last, in either direction. */
function compareRows(a: BoardRow, b: BoardRow, key: SortKey, sign: 1 | -1): number {
  if (key === "model") return sign * a.model.localeCompare(b.model);
  const [one, other] = [sortValue(a, key), sortValue(b, key)];
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return sign * (one - other) || (b.rating ?? 0) - (a.rating ?? 0);
}

function sortValue(row: BoardRow, key: Exclude<SortKey, "model">): number | null {
  switch (key) {
    case "rank":
      return row.rank;
    case "spread":
      return row.rank_upper === null ? null : row.rank_upper + (row.rank_lower ?? 0) / 1e4;
    case "score":
      return row.rating;
    case "interval":
      return row.lower === null || row.upper === null ? null : row.upper - row.lower;
    case "votes":
      return row.battles;
    case "overall":
      return row.againstOverall;
    case "style":
      return row.againstStyle;
    case "input":
      return row.info.price_input;
    case "output":
      return row.info.price_output;
    case "context":
      return row.info.context;
  }
}
