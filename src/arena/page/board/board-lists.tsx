/** @file The rated, the retired and the unrated models, as tables or, on a telephone, as cards. */
import type { BoardView } from "../../../protocol/arena.ts";
import { EmptyState } from "../parts/states.tsx";
import { useWords } from "../words/words.ts";
import { BoardCards, SortChoice } from "./board-cards.tsx";
import { type Column, columnsFor } from "./board-columns.tsx";
import { clearedState } from "./board-filters.tsx";
import { type BoardRow, listRows } from "./board-rows.ts";
import type { BoardState } from "./board-state.ts";
import { BoardTable } from "./board-table.tsx";
import { type Format, useFormat } from "./format.ts";
import { digitsFor } from "./rating-words.ts";
import { scaleOf } from "./score-bar.tsx";
import { UnratedModels } from "./unrated-models.tsx";
import { useMedia } from "./use-media.ts";

type ListsProps = {
  view: BoardView;
  state: BoardState;
  onChange: (part: Partial<BoardState>) => void;
};

export function BoardLists({ view, state, onChange }: ListsProps) {
  const words = useWords().board;
  const format = useFormat();
  const { rated, retired, unrated } = listRows(view, state);
  const all = view.board.models;
  const level = readLevel(view, format);
  const facts = { words, format, state, scale: scaleOf(all), digits: digitsFor(all), level };
  const columns = columnsFor(facts);
  const list = { columns, state, onChange };
  if (rated.length + retired.length + unrated.length === 0) {
    const clear = () => onChange(clearedState(state));
    const { text, action } = words.nothing;
    return <EmptyState title={text} action={{ label: action, onClick: clear }} />;
  }
  return (
    <>
      <ModelList {...list} rows={rated} caption={toCaption(view, state, words, format)} />
      <FirstPlace view={view} />
      {retired.length > 0 && (
        <section class="board-part">
          <h2>{words.retiredTitle}</h2>
          <p>{words.retiredText}</p>
          <ModelList {...list} rows={retired} caption={words.retiredTitle} />
        </section>
      )}
      {unrated.length > 0 && <UnratedModels rows={unrated} />}
    </>
  );
}

type ListProps = Pick<ListsProps, "state" | "onChange"> & {
  columns: readonly Column[];
  rows: readonly BoardRow[];
  caption: string;
};

function ModelList({ columns, rows, caption, state, onChange }: ListProps) {
  const narrow = useMedia("(max-width: 719px)");
  const order = { sort: state.sort, onSort: (sort: BoardState["sort"]) => onChange({ sort }) };
  if (rows.length === 0) return null;
  return narrow ? (
    <>
      <SortChoice columns={columns} {...order} />
      <BoardCards caption={caption} columns={columns} rows={rows} />
    </>
  ) : (
    <BoardTable caption={caption} columns={columns} rows={rows} {...order} />
  );
}

function FirstPlace({ view: { board } }: { view: BoardView }) {
  const words = useWords().board;
  const format = useFormat();
  const first = board.first_place;
  if (!first) return null;
  const sentence = words.firstPlace(format.number(first.votes), first.model, first.successor);
  return <p class="board-first">{sentence}</p>;
}

function readLevel({ board }: BoardView, format: Format): string {
  const { level } = board.options;
  return format.percent(typeof level === "number" ? level : 0.95);
}

function toCaption(
  view: BoardView,
  { category }: BoardState,
  words: ReturnType<typeof useWords>["board"],
  format: Format,
): string {
  const count = view.board.models.length;
  const title = view.categories.find(({ name }) => name === category)?.title ?? category;
  return words.caption(
    words.models(format.number(count), count),
    words.categories[category] ?? title,
  );
}
