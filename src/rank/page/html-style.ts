/** @file The look of the board, beside what every report has. */
import { toStylesheet } from "../../page/style.ts";

/** The page's whole CSS. */
export const stylesheet = toStylesheet({
  all: `.board { width: 100%; }
.board .model { text-align: left; width: 40%; min-width: 112px; }
.board tbody .model { font-weight: 600; }
.board td { white-space: nowrap; }
.board .rating { text-align: left; width: 45%; }
.board .rating div { display: flex; align-items: center; gap: 0 8px; }
.board b { width: var(--value); text-align: right; font-weight: 400; }
.board i { width: var(--margin); font-style: normal; color: var(--quiet); }
.board td:first-child, .board th:first-child { padding-left: 0; width: 1%; }
.bar { flex: 1 1 96px; width: 0; min-width: 80px; height: 16px; }
.bar line { stroke: var(--quiet); stroke-width: 2; }
.bar circle { fill: var(--accent); }
`,
  large: `  .scroll:has(> .board) { overflow: visible; }
  .board thead th { position: sticky; top: 0; background: var(--page); }
`,
  small: `  .board { font-size: 14px; }
  .board th, .board td { padding: 8px 3px; vertical-align: baseline; }
  .board thead th, .board i { font-size: 12px; }
  .board .model { width: auto; min-width: 84px; }
  .board .rating { width: 104px; }
  .board .rating div { flex-wrap: wrap; gap: 0 4px; }
  .board b, .board i { width: auto; }
  .bar { flex: 0 0 100%; }
`,
});
