/**
 * @file A ranking as one page that reads anywhere: no script, no network, both themes, on paper too.
 *
 * The same report gives the same bytes: there is no clock and no random name in it.
 */
import type { Leaderboard } from "../../protocol/leaderboard.ts";
import { firstPlaceWords, toCount, toGrouped, toWords } from "../rating-words.ts";
import { isRated, type RankReport } from "../report.ts";
import { averageWin } from "./charts/average-win.ts";
import { battleCount } from "./charts/battle-count.ts";
import { ratingHistory } from "./charts/history.ts";
import { intervalPlot } from "./charts/interval-plot.ts";
import { predictedWin, winFraction } from "./charts/share-map.ts";
import { styleEffect } from "./charts/style-effect.ts";
import { type Figure, toFigure } from "./figure.ts";
import { toBoard } from "./html-board.ts";
import { stylesheet } from "./html-style.ts";
import { html, Markup, nothing } from "./markup.ts";
import { methodNotes, toText } from "./method-notes.ts";

/** Nothing may run or be fetched, whatever a model is called. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export function toHtml(report: RankReport): string {
  const { board, models } = report;
  const title = `Leaderboard of ${toCount(models.length, "model")}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(stylesheet)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${toSummary(board)}</p>
${
  board.first_place
    ? html`<p>${firstPlaceWords(board)}</p>
`
    : ""
}</header>
<main>${toBoard(board.models)}
${toSection(toFigures(report))}
${toMethod(report)}
</main>
</body>
</html>
`;
  return page.text;
}

function toSection(figures: readonly Figure[]): Markup {
  if (figures.length === 0) return nothing;
  return html`<section>
<h2>Figures</h2>
<div class="figures">${figures.map(toFigure)}
</div>
</section>`;
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
${toList(countRows(board.counts))}
<h3>Options</h3>
${toList(Object.entries(board.options).map(([name, value]) => [name, toText(value)]))}
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

const toList = (pairs: readonly [string, string][]) =>
  html`<dl>${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;

function toSummary({ counts, models }: Leaderboard): string {
  const unrated = models.filter((row) => !isRated(row)).length;
  const battles = `${toCount(counts.battles, "battle")} count.`;
  if (unrated === 0) return battles;
  const kind = unrated < models.length ? "more model" : "model";
  return `${battles} ${toCount(unrated, kind)} could not be rated.`;
}
