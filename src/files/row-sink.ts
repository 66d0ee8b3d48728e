/** @file What a reader of any format does with the rows it finds. */

/**
 * `line` is where the row begins, from 1; in Parquet the row's number. An array's elements may all
 * stand on one line: `element` is its number in the array, from 1; 0 in other formats.
 */
export type RowSink = {
  row(value: unknown, line: number, element: number): void;
  /** Takes what stands in a row's place but cannot be read as one. */
  badRow(reason: string, line: number, element: number): void;
  /** Between two pieces of the file: reading goes on when the promise is done. */
  ready?(): Promise<void>;
};
