/** @file Upright bars, one a place on the x axis, series stacked and named beside the last one. */
import { axisX, axisY, barY, gridY, type PlotOptions, ruleY, text } from "@observablehq/plot";
import { ownColours } from "../../board/charts/chart.ts";
import { labelWidth } from "../../board/charts/draw.ts";
import { spreadOut } from "../../board/charts/spread-out.ts";
import type { Format } from "../../board/format.ts";

/** Of a name as long as there are places. */
type Series = { name: string; ink: string; values: readonly number[] };
type Bars = {
  places: readonly string[];
  series: readonly Series[];
  xLabel: string;
  yLabel: string;
  format: Format;
};
type Bar = { place: number; from: number; to: number; ink: string; title: string };

const [height, marginTop, marginBottom, marginLeft] = [260, 28, 48, 48];

export function columnBars(bars: Bars, width: number): PlotOptions {
  const { places, series, xLabel, yLabel, format } = bars;
  const names = series.map(({ name }) => name);
  const marginRight = names.some((name) => name !== "") ? labelWidth(names) + 4 : 8;
  const stacked = stack(bars);
  const most = Math.max(1, ...stacked.map(({ to }) => to));
  const axis = { tickSize: 0, labelArrow: "none" } as const;
  return {
    ...ownColours,
    ...{ width, height, marginTop, marginBottom, marginLeft, marginRight },
    x: { type: "band", domain: [...places.keys()], padding: 0.2, label: null },
    y: { domain: [0, most], label: null },
    marks: [
      gridY({ stroke: "var(--grey-3)", strokeOpacity: 1, ticks: 4 }),
      axisY({
        ...{ ...axis, label: yLabel, ticks: wholeTicks(most) },
        tickFormat: (tick: number) => format.number(tick),
      }),
      axisX({
        ...{ ...axis, label: xLabel, labelAnchor: "center", labelOffset: 40 },
        ticks: someOf(places, (width - marginLeft - marginRight) / 56),
        tickFormat: (place: number) => places[place] ?? "",
      }),
      barY(stacked, {
        ...{ x: "place", y1: "from", y2: "to", title: "title" },
        fill: ({ ink }: Bar) => `var(${ink})`,
      }),
      ruleY([0], { stroke: "var(--grey-5)" }),
      endNames(bars, stacked, most),
    ],
  };
}

function stack({ places, series, format }: Bars): Bar[] {
  const heights = places.map(() => 0);
  return series.flatMap(({ name, ink, values }) =>
    places.map((words, place) => {
      const [from, value] = [heights[place] ?? 0, values[place] ?? 0];
      heights[place] = from + value;
      const title = [words, name, format.number(value)].filter(Boolean).join(", ");
      return { place, from, to: from + value, ink, title };
    }),
  );
}

/** No halves of a vote. */
const wholeTicks = (most: number) => (most < 4 ? [...Array(Math.ceil(most) + 1).keys()] : 4);

/** As many as have room, evenly. */
function someOf(places: readonly string[], room: number): number[] {
  const step = Math.max(1, Math.ceil(places.length / Math.max(1, room)));
  return [...places.keys()].filter((place) => place % step === 0);
}

/** Names beside the last bar, moved apart where its parts are low. */
function endNames({ places, series }: Bars, stacked: readonly Bar[], most: number) {
  const last = stacked.filter(({ place }) => place === places.length - 1);
  const letter = (most * 16) / (height - marginTop - marginBottom);
  const wanted = last.map(({ from, to }) => (from + to) / 2);
  const ys = spreadOut(wanted, letter, [0, most]);
  return text([...series.keys()], {
    ...{ frameAnchor: "right", textAnchor: "start", dx: 6 },
    y: (at: number) => ys[at] ?? 0,
    text: (at: number) => series[at]?.name,
    fill: (at: number) => `var(${series[at]?.ink})`,
  });
}
