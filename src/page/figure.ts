/** @file A figure of the report: what it shows in a sentence, the drawing, and the numbers in it. */

import { html, type Markup } from "./markup.ts";
import { shorten } from "./printable.ts";

export type Figure = {
  id: string;
  /** The finding. */
  title: Markup;
  /** What is drawn, with units. */
  caption: string;
  drawing: Markup;
  table: Markup;
  /** It needs the whole width of the page. */
  wide: boolean;
};

export function toFigure({ id, title, caption, drawing, table, wide }: Figure): Markup {
  return html`
<figure id="${id}"${wide ? html` class="wide"` : ""}>
<figcaption><h3 id="${id}-title">${title}</h3>
<p>${caption}</p></figcaption>
${scrollBox(`${id}-title`, drawing, "img")}
<details>
<summary>Show as table</summary>
${scrollBox(`${id}-title`, table)}
</details>
</figure>`;
}

/** A box that scrolls where its content is wider than the page, also with the keyboard. */
export function scrollBox(
  labelledBy: string,
  content: Markup,
  role: "group" | "img" = "group",
): Markup {
  return html`<div class="scroll" role="${role}" aria-labelledby="${labelledBy}" tabindex="0">
${content}
</div>`;
}

/** A table whose first column names the row; the others are numbers. */
export function numberTable(
  head: readonly (string | Markup)[],
  rows: readonly (readonly (string | Markup)[])[],
): Markup {
  return html`<table class="numbers">
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([name = "", ...cells]) =>
    html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`,
)}</tbody>
</table>`;
}

/** A model's name in a sentence: whole when pointed at, and harmless to the direction of the rest. */
export function inSentence(model: string): Markup {
  const short = shorten(model, 40);
  return short === model ? html`<bdi>${model}</bdi>` : html`<bdi title="${model}">${short}</bdi>`;
}

/** A model's name in a table: a long one is cut by the page, and whole when pointed at. */
export const inCell = (model: string): Markup =>
  model.length > 40 ? html`<bdi title="${model}">${model}</bdi>` : html`<bdi>${model}</bdi>`;
