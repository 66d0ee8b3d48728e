/** @file The board as the first thing of the report: a row per model, its interval drawn in it. */

import { inCell, scrollBox } from "../../page/figure.ts";
import { html, type Markup, nothing } from "../../page/markup.ts";
import { toCount, toGrouped, toPercent } from "../../page/number-words.ts";
import type { LeaderboardRow } from "../../protocol/leaderboard.ts";
import { digitsFor, reasonWords, toMargin, toSpread } from "../rating-words.ts";
import { isRated, type Rated } from "../report.ts";

/** The rated models, best first, then the others with the reason. */
export function toBoard(models: readonly LeaderboardRow[]): Markup {
  const rated = models.filter(isRated);
  const unrated = models.filter((row) => !isRated(row));
  return html`
<section>
<h2 id="board">Leaderboard</h2>
${rated.length > 0 ? scrollBox("board", ratedTable(rated)) : html`<p>No model could be rated.</p>`}
${unrated.length > 0 ? unratedList(unrated) : ""}
</section>`;
}

function ratedTable(rows: readonly Rated[]): Markup {
  const digits = digitsFor(rows);
  const bothBad = rows.some(({ both_bad }) => both_bad !== undefined);
  const toPlace = scaleOf(rows);
  const ratings = rows.map((row) => toGrouped(row.rating, digits).length);
  const margins = rows.map((row) => toMargin(row, digits).length);
  const widths = `--value: ${Math.max(...ratings)}ch; --margin: ${Math.max(...margins)}ch`;
  return html`<table class="board" style="${widths}">
<thead><tr>
<th scope="col">Rank</th>
<th scope="col"><abbr title="The best and the worst rank that the intervals allow">Spread</abbr></th>
<th scope="col" class="model">Model</th>
<th scope="col" class="rating">Rating</th>
<th scope="col">Battles</th>
${bothBad ? html`<th scope="col"><abbr title="Share of its battles in which both answers were bad">Both bad</abbr></th>` : ""}
</tr></thead>
<tbody>
${rows.map((row) => toRow(row, digits, toPlace, bothBad))}</tbody>
</table>`;
}

function toRow(row: Rated, digits: number, toPlace: Place, bothBad: boolean): Markup {
  const share = row.both_bad === undefined ? "–" : toPercent(row.both_bad);
  return html`<tr>
<td>${row.rank ?? "–"}</td>
<td>${toSpread(row)}</td>
<th scope="row" class="model">${inCell(row.model)}</th>
<td class="rating"><div><b>${toGrouped(row.rating, digits)}</b> <i>${toMargin(row, digits)}</i>${bar(row, toPlace)}</div></td>
<td>${toGrouped(row.battles)}</td>
${bothBad ? html`<td>${share}</td>` : nothing}</tr>
`;
}

type Place = (rating: number) => string;

/** From a rating to a place across the bar that all rows share. */
function scaleOf(rows: readonly Rated[]): Place {
  const ends = rows.flatMap(({ rating, lower, upper }) => [
    rating,
    lower ?? rating,
    upper ?? rating,
  ]);
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
  const span = greatest - least || 1;
  return (rating) => `${(4 + ((rating - least) / span) * 92).toFixed(2)}%`;
}

/** Hidden from screen readers: the words before it say the same. */
function bar({ rating, lower, upper }: Rated, toPlace: Place): Markup {
  const from = lower === null ? (upper === null ? toPlace(rating) : "0%") : toPlace(lower);
  const to = upper === null ? (lower === null ? toPlace(rating) : "100%") : toPlace(upper);
  return html`<svg class="bar" aria-hidden="true"><line x1="${from}" x2="${to}" y1="8" y2="8"/><circle cx="${toPlace(rating)}" cy="8" r="4"/></svg>`;
}

function unratedList(rows: readonly LeaderboardRow[]): Markup {
  return html`<h3>Not rated</h3>
<ul>
${rows.map(
  ({ model, battles, unrated }) =>
    html`<li>${inCell(model)}: ${unrated === undefined ? "no rating" : reasonWords[unrated]} (${toCount(battles, "battle")})</li>\n`,
)}</ul>`;
}
