/** @file A table that scrolls in its own box where the screen is too narrow for it. */
import type { ComponentChildren } from "preact";

export type Column<Row> = {
  title: string;
  help?: string;
  /** Words stand at the start, numbers at the end. */
  words?: boolean;
  cell: (row: Row) => ComponentChildren;
};

type TableProps<Row> = {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
};

export function DataTable<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <div class="admin-table">
      <h2>{caption}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must do so with the keyboard too */}
      <section class="table-box" aria-label={caption} tabIndex={0}>
        <table class="plain-table">
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ title, help, words }) => (
                <th key={title} scope="col" title={help} class={words ? "word-cell" : undefined}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map((column, at) => (
                  <DataCell key={column.title} column={column} row={row} isName={at === 0} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

type CellProps<Row> = { column: Column<Row>; row: Row; isName: boolean };

function DataCell<Row>({ column, row, isName }: CellProps<Row>) {
  if (isName) return <th scope="row">{column.cell(row)}</th>;
  return <td class={column.words ? "word-cell" : undefined}>{column.cell(row)}</td>;
}
