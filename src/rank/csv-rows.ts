/** @file CSV with a header line: rows as objects, their cells of the types that the columns have. */
import { pipeline, Readable } from "node:stream";
import { type CsvError, type Info, parse } from "csv-parse";
import { UsageError } from "../errors/usage-error.ts";
import { peek } from "./byte-chunks.ts";
import { needModelColumns } from "./columns-needed.ts";
import type { RowSink } from "./row-sink.ts";

type Cells = Record<string, string>;

/** @throws {UsageError} the header does not name the two models, or a quote is never closed. */
export async function readCsv(
  chunks: AsyncIterable<Buffer>,
  sink: RowSink,
  file: string,
): Promise<void> {
  const { head, all } = await peek(chunks, 4096);
  let line = 1; // of the last row that was read
  let unclosed = false;
  const parser = parse({
    columns: (names: string[]) => needModelColumns(names, file),
    delimiter: delimiterIn(head),
    info: true,
    max_record_size: 256 * 2 ** 20,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      unclosed ||= error?.code === "CSV_QUOTE_NOT_CLOSED";
      if (error && !unclosed) sink.badRow(wording(error), lineOf(error), 0);
      return undefined;
    },
  });
  const rows: AsyncIterable<{ record: Cells; info: Info }> = pipeline(
    Readable.from(all),
    parser,
    () => {}, // the loop hears of a failure too
  );
  for await (const { record, info } of rows) {
    line = info.lines;
    sink.row(toTyped(record), line - newlinesIn(record), 0);
  }
  if (unclosed)
    throw new UsageError(`${file}:${line + 1}: a quote is opened here or below and never closed.`);
}

/** What stands behind the first name: a comma, or what spreadsheets in Europe write. */
function delimiterIn(head: Buffer): string {
  const [header] = head.toString().split("\n", 1);
  return /[,;\t]/.exec(header)?.[0] ?? ",";
}

/** csv-parse: `Invalid Record Length: columns length is 2, got 3 on line 4`; we name the line. */
const wording = ({ message }: CsvError) => message.replace(/ (on|at) line \d+/, "");

const lineOf = (error: CsvError) => ("lines" in error ? Number(error.lines) : 0);

/** csv-parse tells where a row ends, and a quoted text may go over many lines. */
function newlinesIn(record: Cells): number {
  let count = 0;
  for (const name in record)
    for (let at = record[name].indexOf("\n"); at >= 0; at = record[name].indexOf("\n", at + 1))
      count++;
  return count;
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
function toTyped(record: Cells): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const name in record) row[name] = typed(name, record[name]);
  return row;
}

function typed(name: string, cell: string): unknown {
  if (cell === "") return name.startsWith("model_") ? "" : null;
  if (booleans.has(name) || flags.has(name)) return truths.get(cell.toLowerCase()) ?? cell;
  if (!numbers.has(name)) return cell;
  const value = Number(cell);
  return Number.isNaN(value) ? cell : value;
}
