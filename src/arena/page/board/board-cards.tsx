/** @file The leaderboard on a telephone: a card for each row, and a list to choose the order from. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { useWords } from "../words/words.ts";
import type { Column } from "./board-columns.tsx";
import type { BoardRow } from "./board-rows.ts";
import type { Sort } from "./board-state.ts";
import { nextSort } from "./board-table.tsx";

type CardProps = { caption: string; columns: readonly Column[]; rows: readonly BoardRow[] };

export function BoardCards({ caption, columns, rows }: CardProps) {
  return (
    <ol class="board-cards" aria-label={caption}>
      {rows.map((row) => (
        <li key={row.model} class="board-card">
          <BoardCard row={row} columns={columns} />
        </li>
      ))}
    </ol>
  );
}

function BoardCard({ row, columns }: { row: BoardRow; columns: readonly Column[] }) {
  const cells = new Map(columns.map((column) => [column.key, column.cell(row)]));
  const rest = columns.filter(({ key }) => !["rank", "model", "score", "interval"].includes(key));
  return (
    <>
      <div class="board-card-head">
        <span class="card-rank">{cells.get("rank")}</span>
        {cells.get("model")}
      </div>
      {cells.get("score")}
      <dl class="card-facts">
        {rest.map(({ key, title }) => (
          <Fact key={key} title={title}>
            {cells.get(key)}
          </Fact>
        ))}
      </dl>
    </>
  );
}

function Fact({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

type SortProps = { columns: readonly Column[]; sort: Sort; onSort: (sort: Sort) => void };

export function SortChoice({ columns, sort, onSort }: SortProps) {
  const words = useWords().board;
  const id = useId();
  const current = columns.find(({ key }) => key === sort.key);
  return (
    <div class="sort-choice">
      <label for={id}>{words.filters.sort}</label>
      <select
        id={id}
        value={sort.key}
        onChange={({ currentTarget: { value } }) => {
          const column = columns.find(({ key }) => key === value);
          if (column) onSort({ key: column.key, descending: column.descendingFirst });
        }}
      >
        {columns.map(({ key, title }) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
      {current && (
        <button
          type="button"
          class="chip"
          aria-label={words.filters.turn}
          onClick={() => onSort(nextSort(current, sort))}
        >
          {sort.descending ? "↓" : "↑"}
        </button>
      )}
    </div>
  );
}
