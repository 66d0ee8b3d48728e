/** @file CSV with a header line: rows as objects, their cells of the types that the layout gives. */
import { pipeline, Readable } from "node:stream";
import { type CsvError, type Info, parse } from "csv-parse";
import { UsageError } from "../errors/usage-error.ts";
import { type Chunks, peek } from "./byte-chunks.ts";
import type { RowSink } from "./row-sink.ts";
import type { TableLayout } from "./table-layout.ts";

type Cells = Record<string, string>;

/** @throws {UsageError} the layout refuses the header, or a quote is never closed. */
export async function readCsv(
  chunks: AsyncIterable<Buffer>,
  sink: RowSink,
  file: string,
  layout: TableLayout,
): Promise<void> {
  const { head, all } = await peek(chunks, 4096);
  const skipped: Skipped = { errors: [], quoteIsOpen: false };
  const rows = parseRows(all, head, skipped, (names) => layout.named(names, file));
  let twice = 0; // line ends that csv-parse has counted twice
  let lastLine = 1;
  for await (const { record, info } of rows) {
    complain(skipped.errors.splice(0), sink, twice);
    lastLine = info.lines - twice;
    const { ends, pairs } = lineEndsIn(record);
    sink.row(toRow(record, layout), lastLine - ends, 0);
    twice += pairs;
    lastLine -= pairs;
  }
  complain(skipped.errors, sink, twice);
  if (skipped.quoteIsOpen)
    throw new UsageError(`${file}:${lastLine + 1}: a quote opens here or below and never closes.`);
}

type ParsedRows = AsyncIterable<{ record: Cells; info: Info }>;

/** What is wrong with the rows that csv-parse leaves out. */
type Skipped = { errors: CsvError[]; quoteIsOpen: boolean };

function parseRows(
  chunks: Chunks,
  head: Buffer,
  skipped: Skipped,
  columns: (names: string[]) => string[],
): ParsedRows {
  const parser = parse({
    columns,
    delimiter: delimiterIn(head),
    info: true,
    max_record_size: 256 * 2 ** 20,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error?.code === "CSV_QUOTE_NOT_CLOSED") skipped.quoteIsOpen = true;
      else if (error) skipped.errors.push(error); // the sink may throw, which is not for here
      return undefined;
    },
  });
  return pipeline(Readable.from(chunks), parser, () => {}); // the reader hears of a failure too
}

/** csv-parse: `Invalid Record Length: columns length is 2, got 3 on line 4`; we name the line. */
function complain(errors: readonly CsvError[], sink: RowSink, twice: number): void {
  for (const error of errors) {
    const line = "lines" in error ? Number(error.lines) - twice : 0;
    sink.badRow(error.message.replace(/ (on|at) line \d+/, ""), line, 0);
  }
}

/** What stands behind the first name: a comma, or what spreadsheets in Europe write. */
function delimiterIn(head: Buffer): string {
  const [header] = head.toString().split("\n", 1);
  return /[,;\t]/.exec(header)?.[0] ?? ",";
}

/** csv-parse tells the line where a row ends, and in a cell counts both bytes of `\r\n` as ends. */
function lineEndsIn(record: Cells): { ends: number; pairs: number } {
  let ends = 0;
  let pairs = 0;
  for (const name in record)
    for (const [end] of record[name].matchAll(/\r\n|[\r\n]/g)) {
      ends += end.length;
      pairs += end.length - 1;
    }
  return { ends, pairs };
}

function toRow(record: Cells, layout: TableLayout): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const name in record) row[name] = layout.typed(name, record[name]);
  return row;
}
