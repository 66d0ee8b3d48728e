/** @file Parquet: one group of rows after the other, and of these the columns that are needed. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { UsageError } from "../errors/usage-error.ts";
import type { RowSink } from "./row-sink.ts";
import type { TableLayout } from "./table-layout.ts";

/**
 * @param onProgress told the share of the rows that have been read, in [0, 1].
 * @throws {UsageError} the file is damaged, or the layout refuses its columns.
 */
export async function readParquet(
  file: string,
  sink: RowSink,
  layout: TableLayout,
  onProgress: (share: number) => void,
): Promise<void> {
  for await (const { rows, first, share } of rowGroups(file, layout)) {
    for (const [i, row] of rows.entries()) sink.row(toPlain(row), first + i, 0);
    onProgress(share);
    await sink.ready?.();
  }
}

type Group = { rows: Record<string, unknown>[]; first: number; share: number };

async function* rowGroups(path: string, layout: TableLayout): AsyncGenerator<Group> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const { children } = parquetSchema(metadata);
    const namesOf = (of: typeof children) => of.map(({ element }) => element.name);
    const fieldsOf = (column: string) =>
      namesOf(children.find(({ element }) => element.name === column)?.children ?? []);
    const columns = layout.needed(layout.named(namesOf(children), path), fieldsOf);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      let rows: Group["rows"] = [];
      const onComplete = (read: Group["rows"]) => {
        rows = read;
      };
      const range = { rowStart, rowEnd, columns, rowFormat: "object" as const };
      await parquetRead({ file, metadata, compressors, ...range, onComplete });
      yield { rows, first: rowStart + 1, share: rowEnd / Number(metadata.num_rows) };
      rowStart = rowEnd;
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${path} cannot be read as Parquet: ${reason}.`);
  }
}

/** 64-bit integers are BigInts in Parquet, at any depth; counts and times fit into numbers. */
function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]));
}
