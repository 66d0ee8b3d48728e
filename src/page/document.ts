/**
 * @file A report as one page that reads anywhere: no script, no network, both themes, on paper too.
 */
import { type Figure, toFigure } from "./figure.ts";
import { html, Markup, nothing } from "./markup.ts";

/** Nothing may run or be fetched, whatever a model is called. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export type Document = {
  title: string;
  /** CSS, all of it. */
  stylesheet: string;
  /** Paragraphs under the title. */
  lead: readonly (string | Markup)[];
  main: Markup;
};

export function toDocument({ title, stylesheet, lead, main }: Document): string {
  return html`<!doctype html>
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
${lead.map((one) => html`<p>${one}</p>\n`)}</header>
<main>${main}
</main>
</body>
</html>
`.text;
}

export function figureSection(figures: readonly Figure[]): Markup {
  if (figures.length === 0) return nothing;
  return html`<section>
<h2>Figures</h2>
<div class="figures">${figures.map(toFigure)}
</div>
</section>`;
}

/** Names with their values. */
export const pairList = (pairs: readonly (readonly [string, string | Markup])[]): Markup =>
  html`<dl>${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
