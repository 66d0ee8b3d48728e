/** @file A chart on the page: its finding, its drawing, its numbers as a table, and its picture. */
import { useEffect, useRef } from "preact/hooks";
import { useWords } from "../../words/words.ts";
import type { Chart } from "./chart.ts";
import { downloadPng } from "./chart-png.ts";
import { ChartTable } from "./chart-table.tsx";
import { draw } from "./draw.ts";
import { useWidth } from "./use-width.ts";
import "./charts.css";

export function ChartFigure({ chart }: { chart: Chart }) {
  const { charts: words } = useWords().board;
  const figure = useRef<HTMLElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  useEffect(() => {
    if (width > 0) holder.current?.replaceChildren(draw(chart.draw(width), chart.title));
  }, [chart, width]);
  const save = () => {
    const svg = holder.current?.firstChild;
    if (!(svg instanceof SVGElement) || !figure.current) return;
    void downloadPng({ svg, title: chart.title, name: chart.id, figure: figure.current });
  };
  return (
    <figure ref={figure} class={chart.wide ? "chart chart-wide" : "chart"}>
      <figcaption>
        <h3>{chart.title}</h3>
        <p>{chart.caption}</p>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must do so with the keyboard too */}
      <section class="chart-scroll" aria-label={chart.title} tabIndex={0}>
        <div ref={holder} />
      </section>
      <div class="chart-tools">
        <details>
          <summary>{words.table}</summary>
          <ChartTable title={chart.title} table={chart.table} />
        </details>
        <button type="button" class="chip" onClick={save}>
          {words.png}
        </button>
      </div>
    </figure>
  );
}
