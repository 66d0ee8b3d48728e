/** @file The look of every report; its measures are those of the Arena's pages. */
import { dark, light, toVariables } from "./charts/palette.ts";

/** A report's own rules beside those that all share, by the screens they are for. */
export type OwnStyle = { all: string; large?: string; small?: string };

/** The page's whole CSS. */
export const toStylesheet = ({ all, large, small = "" }: OwnStyle): string => `
:root { color-scheme: light dark; ${toVariables(light)} }
@media screen and (prefers-color-scheme: dark) { :root { ${toVariables(dark)} } }
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1344px; padding: 32px; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums;
}
h1, h2, h3 { line-height: 1.2; overflow-wrap: anywhere; }
h1 { font-size: 28px; margin: 0 0 4px; }
h2 { font-size: 20px; margin: 48px 0 16px; }
h3 { font-size: 16px; margin: 24px 0 4px; }
header p { margin: 0; color: var(--quiet); }
abbr { text-decoration: none; }
.scroll {
  overflow-x: auto; background: linear-gradient(to right, var(--page) 50%, transparent) left,
    linear-gradient(to left, var(--page) 50%, transparent) right,
    linear-gradient(to right, var(--hairline), transparent) left,
    linear-gradient(to left, var(--hairline), transparent) right;
  background-size: 48px 100%, 48px 100%, 20px 100%, 20px 100%; background-repeat: no-repeat;
  background-attachment: local, local, scroll, scroll;
}
.scroll::-webkit-scrollbar { height: 8px; }
.scroll::-webkit-scrollbar-thumb { background: var(--quiet); border-radius: 4px; }
.scroll::-webkit-scrollbar-track { background: var(--box); border-radius: 4px; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: separate; border-spacing: 0; }
th, td { padding: 8px; text-align: right; border-bottom: 1px solid var(--hairline); font-weight: 400; }
thead th { color: var(--quiet); font-size: 14px; vertical-align: bottom; }
bdi { overflow-wrap: anywhere; }
th bdi { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
${all}.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 32px; }
figure { margin: 0; min-width: 0; }
figure.wide { grid-column: 1 / -1; }
figure h3 { margin-top: 0; }
figcaption p { color: var(--quiet); font-size: 14px; margin: 0 0 12px; max-width: 72ch; }
.plot {
  height: auto; max-width: 100%; min-width: calc(0.72 * var(--natural));
  display: block; font-family: system-ui, sans-serif; font-size: 12px; overflow: visible;
}
.wide .broad > .plot, .wide .scroll > .plot { width: min(100%, 1.3 * var(--natural)); }
.narrow { display: none; }
.plot text { white-space: pre; }
.legend { display: flex; align-items: center; gap: 8px; margin: 0 0 8px; font-size: 12px; color: var(--quiet); }
.legend span { display: flex; }
.legend i { width: 20px; height: 12px; }
details { margin-top: 8px; font-size: 14px; }
summary { cursor: pointer; color: var(--accent); padding: 4px 0; width: fit-content; }
.numbers { font-size: 14px; }
.numbers th, .numbers td { padding: 4px 8px; }
.numbers th:first-child { text-align: left; position: sticky; left: 0; background: var(--page); }
.numbers td { white-space: nowrap; }
.numbers bdi { min-width: 9ch; max-width: 24ch; }
.numbers tbody bdi { min-width: 16ch; }
.method > ul, .method > p { max-width: 72ch; }
.method ul { padding-left: 20px; }
code { font: 14px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; border-radius: 8px; background: var(--box); padding: 12px 16px; margin: 8px 0; }
dl { margin: 8px 0; max-width: 72ch; font-size: 14px; }
dl div { display: flex; gap: 16px; justify-content: space-between; border-bottom: 1px solid var(--hairline); padding: 4px 0; }
dt { color: var(--quiet); }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
${
  large === undefined
    ? ""
    : `@media (min-width: 720px) {
${large}}
`
}@media (max-width: 1339px) { .figures { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 719px) {
  body { padding: 12px; }
${small}}
@media screen and (max-width: 479px) { .broad { display: none; } .narrow { display: block; } }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  .figures { display: block; }
  figure, tr { break-inside: avoid; }
  figure { margin-bottom: 24px; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; background: none; }
  .plot { min-width: 0; }
  th bdi { display: inline; }
  .plot, .legend i { print-color-adjust: exact; }
  details:not([open]), summary { display: none; }
}
`;
