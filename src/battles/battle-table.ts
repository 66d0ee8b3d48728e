/** @file What is known of a table of battles: its columns, and the types of its cells. */
import type { TableLayout } from "../files/table-layout.ts";
import type { Wanted } from "./battle-row.ts";
import { neededColumns, needModelColumns } from "./columns-needed.ts";

/** @throws {UsageError} from `named`: the two models are not among the columns. */
export function battleTable(wanted: Wanted): TableLayout {
  return {
    named: needModelColumns,
    needed: (names, fieldsOf) => neededColumns(names, fieldsOf("conv_metadata"), wanted),
    typed,
  };
}

const numbers = new Set(["tstamp", "turn", "pair_probability"]);
const booleans = new Set(["anony", "is_code", "is_refusal", "is_preset"]);
const flags = new Set(["winner_model_a", "winner_model_b", "winner_tie"]);

const truths = new Map([
  ["true", true],
  ["1", true],
  ["1.0", true],
  ["false", false],
  ["0", false],
  ["0.0", false],
]);

/** An empty cell is null; a cell that is not of its column's type stays what it is, a text. */
function typed(name: string, cell: string): unknown {
  if (cell === "") return name.startsWith("model_") ? "" : null;
  if (booleans.has(name) || flags.has(name)) return truths.get(cell.toLowerCase()) ?? cell;
  if (!numbers.has(name)) return cell;
  const value = Number(cell);
  return Number.isNaN(value) ? cell : value;
}
