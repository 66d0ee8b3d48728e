/** @file The leaderboard as a table: sorted by the buttons in its header, name and header in view. */

import type { Column } from "./board-columns.tsx";
import type { BoardRow } from "./board-rows.ts";
import type { Sort } from "./board-state.ts";

type BoardTableProps = {
  caption: string;
  columns: readonly Column[];
  rows: readonly BoardRow[];
  sort: Sort;
  onSort: (sort: Sort) => void;
};

export function BoardTable({ caption, columns, rows, sort, onSort }: BoardTableProps) {
  return (
    <div class="board-list">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must do so with the keyboard too */}
      <section class="board-scroll" aria-label={caption} tabIndex={0}>
        <table class="board-table">
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <HeaderCell key={column.key} column={column} sort={sort} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.model}>
                {columns.map((column) => (
                  <BodyCell key={column.key} column={column} row={row} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

type HeaderProps = { column: Column; sort: Sort; onSort: (sort: Sort) => void };

function HeaderCell({ column, sort, onSort }: HeaderProps) {
  const active = sort.key === column.key;
  const order = sort.descending ? "descending" : "ascending";
  return (
    <th scope="col" class={`col-${column.key}`} aria-sort={active ? order : "none"}>
      <button type="button" title={column.help} onClick={() => onSort(nextSort(column, sort))}>
        {column.title}
        <span class="sort-arrow" aria-hidden="true">
          {active ? (sort.descending ? "↓" : "↑") : ""}
        </span>
      </button>
    </th>
  );
}

/** The other way round where it is sorted by this already. */
export const nextSort = (column: Column, { key, descending }: Sort): Sort => ({
  key: column.key,
  descending: key === column.key ? !descending : column.descendingFirst,
});

function BodyCell({ column, row }: { column: Column; row: BoardRow }) {
  const content = column.cell(row);
  return column.key === "model" ? (
    <th scope="row" class="col-model">
      {content}
    </th>
  ) : (
    <td class={`col-${column.key}`}>{content}</td>
  );
}
