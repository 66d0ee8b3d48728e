/**
 * @file A ranking as one page.
 *
 * The same report gives the same bytes: there is no clock and no random name in it.
 */
import { figureSection, pairList, toDocument } from "../../page/document.ts";
import type { Figure } from "../../page/figure.ts";
import { html, type Markup } from "../../page/markup.ts";
import { toCount, toGrouped } from "../../page/number-words.ts";
import type { Leaderboard } from "../../protocol/leaderboard.ts";
import { firstPlaceWords, toWords } from "../rating-words.ts";
import { isRated, type RankReport } from "../report.ts";
import { averageWin } from "./charts/average-win.ts";
import { battleCount } from "./charts/battle-count.ts";
import { ratingHistory } from "./charts/history.ts";
import { intervalPlot } from "./charts/interval-plot.ts";
import { predictedWin, winFraction } from "./charts/share-map.ts";
import { styleEffect } from "./charts/style-effect.ts";
import { toBoard } from "./html-board.ts";
import { stylesheet } from "./html-style.ts";
import { methodNotes, toText } from "./method-notes.ts";

export function toHtml(report: RankReport): string {
  const { board, models } = report;
  return toDocument({
    title: `Leaderboard of ${toCount(models.length, "model")}`,
    stylesheet,
    lead: [toSummary(board), ...(board.first_place ? [firstPlaceWords(board)] : [])],
    main: html`${toBoard(board.models)}
${figureSection(toFigures(report))}
${toMethod(report)}`,
  });
}

function toFigures(report: RankReport): Figure[] {
  const { board, models, history } = report;
  const rated = board.models.filter(isRated);
  const pairs = models.length > 1;
  return [
    ...(rated.length > 0 ? [intervalPlot(rated)] : []),
    ...(pairs
      ? [averageWin, winFraction, battleCount, predictedWin].map((one) => one(report))
      : []),
    ...(models.length > 0 && history.length > 1 ? [ratingHistory(report)] : []),
    ...(board.style && board.style.length > 0 ? [styleEffect(board.style)] : []),
  ];
}

function toMethod({ board, command }: RankReport): Markup {
  return html`<section class="method">
<h2>How the numbers are made</h2>
<ul>
${methodNotes(board.options, board.models.some(isRated)).map((note) => html`<li>${note}</li>\n`)}</ul>
<h3>The same numbers again</h3>
<pre><code>${command}</code></pre>
<p>Data: <code>${board.data_hash}</code></p>
<h3>What was read</h3>
${pairList(countRows(board.counts))}
<h3>Options</h3>
${pairList(Object.entries(board.options).map(([name, value]) => [name, toText(value)]))}
</section>`;
}

function countRows(counts: Leaderboard["counts"]): [string, string][] {
  return [
    ["rows read", toGrouped(counts.rows)],
    ["rows that are no votes", toGrouped(counts.not_votes)],
    ["bad rows", toGrouped(counts.bad_rows)],
    ...Object.entries(counts.dropped).map(([rule, rows]): [string, string] => [
      `dropped: ${toWords(rule)}`,
      toGrouped(rows),
    ]),
    ["battles rated", toGrouped(counts.battles)],
  ];
}

function toSummary({ counts, models }: Leaderboard): string {
  const unrated = models.filter((row) => !isRated(row)).length;
  const battles = `${toCount(counts.battles, "battle")} count.`;
  if (unrated === 0) return battles;
  const kind = unrated < models.length ? "more model" : "model";
  return `${battles} ${toCount(unrated, kind)} could not be rated.`;
}
