/** @file What those who read a table know of it, and its readers do not: its columns. */

export type TableLayout = {
  /**
   * The names of a table's columns as its rows will have them.
   *
   * @throws {UsageError} without those that are missing the table is of no use.
   */
  named(names: readonly string[], file: string): string[];
  /**
   * The columns to read, where others can be passed over: all of Parquet's bytes lie by column.
   *
   * @param fieldsOf the names of what a column consists of; none where it is not nested.
   */
  needed(names: readonly string[], fieldsOf: (column: string) => string[]): string[];
  /** The value that a cell of CSV stands for. */
  typed(column: string, cell: string): unknown;
};
