/** @file The columns of the leaderboard: what each is called, what it explains, and what it shows. */
import type { ComponentChildren } from "preact";
import type { Words } from "../words/words.ts";
import { Context, ModelName, Places, Price } from "./board-cells.tsx";
import type { BoardRow } from "./board-rows.ts";
import { type BoardState, isSlice, type SortKey } from "./board-state.ts";
import type { Format } from "./format.ts";
import { toMargin, toSpread } from "./rating-words.ts";
import { type Scale, ScoreBar } from "./score-bar.tsx";

export type Column = {
  key: SortKey;
  title: string;
  help?: string;
  /** Which end a first click on its header puts on top. */
  descendingFirst: boolean;
  cell(row: BoardRow): ComponentChildren;
};

type Facts = {
  words: Words["board"];
  format: Format;
  state: BoardState;
  scale: Scale;
  digits: number;
  /** Of the intervals: `95 %`. */
  level: string;
};

export function columnsFor(facts: Facts): Column[] {
  return [...rankColumns(facts), ...scoreColumns(facts), ...placeColumns(facts), ...costs(facts)];
}

function rankColumns({ words: { columns, help, unknown } }: Facts): Column[] {
  return [
    {
      ...{ key: "rank", title: columns.rank, help: help.rank, descendingFirst: false },
      cell: ({ rank }) => rank ?? unknown,
    },
    {
      ...{ key: "spread", title: columns.spread, help: help.spread, descendingFirst: false },
      cell: toSpread,
    },
    {
      ...{ key: "model", title: columns.model, descendingFirst: false },
      cell: (row) => <ModelName row={row} />,
    },
  ];
}

function scoreColumns({ words, format, scale, digits, level }: Facts): Column[] {
  const { columns, help } = words;
  const toEnd = (end: number | null) => (end === null ? words.noEnd : format.number(end, digits));
  return [
    {
      ...{ key: "score", title: columns.score, help: help.score, descendingFirst: true },
      cell: (row) => (
        <span class="score-cell">
          <span class="score-words">
            <b>{format.number(row.rating ?? 0, digits)}</b> {toMargin(row, format, digits)}
          </span>
          <ScoreBar row={row} scale={scale} />
        </span>
      ),
    },
    {
      ...{ key: "interval", title: columns.interval(level), descendingFirst: false },
      cell: ({ lower, upper }) =>
        lower === null && upper === null ? words.noInterval : `${toEnd(lower)}–${toEnd(upper)}`,
    },
    {
      ...{ key: "votes", title: columns.votes, descendingFirst: true },
      cell: ({ battles }) => format.number(battles),
    },
  ];
}

/** Against the overall board only where this is not it. */
function placeColumns({ words: { columns, help }, state }: Facts): Column[] {
  const overall: Column = {
    ...{ key: "overall", title: columns.overall, help: help.overall, descendingFirst: true },
    cell: ({ againstOverall }) => <Places by={againstOverall} />,
  };
  const style: Column = {
    ...{ key: "style", descendingFirst: true },
    title: state.style ? columns.noStyle : columns.style,
    help: state.style ? help.noStyle : help.style,
    cell: ({ againstStyle }) => <Places by={againstStyle} />,
  };
  return isSlice(state) ? [overall, style] : [style];
}

function costs({ words: { columns, help } }: Facts): Column[] {
  return [
    {
      ...{ key: "input", title: columns.input, help: help.price, descendingFirst: false },
      cell: ({ info }) => <Price dollars={info.price_input} />,
    },
    {
      ...{ key: "output", title: columns.output, help: help.price, descendingFirst: false },
      cell: ({ info }) => <Price dollars={info.price_output} />,
    },
    {
      ...{ key: "context", title: columns.context, help: help.context, descendingFirst: true },
      cell: ({ info }) => <Context tokens={info.context} />,
    },
  ];
}
