/** @file The board for spreadsheets and data frames, with what is known of each model. */
import { toCsvRecord } from "../../page/csv-record.ts";
import type { BoardModel, BoardView } from "../../protocol/arena.ts";

const ratings = [
  ...["model", "rating", "lower", "upper", "rank", "rank_lower", "rank_upper"],
  ...["battles", "unrated"],
] as const;
const facts = [
  ...(["organisation", "licence", "link", "price_input", "price_output"] as const),
  ...(["context", "knowledge_cutoff", "provisional", "retired"] as const),
] satisfies (keyof BoardModel)[];

/** A header and a record per model; what is not known is an empty field. */
export function toCsv({ board, models }: BoardView): string {
  const records = board.models.map((row) => {
    const cells: Record<string, string | number | null | undefined> = row;
    const model = models[row.model];
    return [...ratings.map((name) => cells[name]), ...facts.map((name) => model?.[name])];
  });
  return [[...ratings, ...facts], ...records].map(toCsvRecord).join("");
}
