/** @file A chart: what it finds in a sentence, how it is drawn, and the numbers in it as a table. */
import type { PlotOptions } from "@observablehq/plot";
import type { PlotsView } from "../../../../protocol/arena.ts";
import type { Words } from "../../words/words.ts";
import type { Format } from "../format.ts";

export type ChartTable = { head: readonly string[]; rows: readonly (readonly string[])[] };

export type Chart = {
  /** Of its file. */
  id: string;
  /** The finding. */
  title: string;
  /** What is drawn, with units. */
  caption: string;
  /** @param width What there is, px; a drawing may be wider and is then scrolled. */
  draw: (width: number) => PlotOptions;
  table: ChartTable;
  /** It needs a row of its own. */
  wide?: boolean;
};

/** A sentence in place of a chart that has no data. */
export type MissingChart = { id: string; missing: string };

/** What every chart of the leaderboard is made from. */
export type ChartFacts = { plots: PlotsView; words: Words["board"]; format: Format };

/** In a channel of whole colours, Plot shall not put any scale on them. */
export const ownColours = { color: { type: "identity" } } satisfies PlotOptions;
