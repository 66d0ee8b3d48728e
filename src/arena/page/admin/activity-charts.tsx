/** @file Charts of what happens: votes and chats of each day, and the calls of the last hours. */
import { useMemo } from "preact/hooks";
import type { AdminOverview } from "../../../protocol/arena.ts";
import type { Chart } from "../board/charts/chart.ts";
import { ChartFigure } from "../board/charts/chart-figure.tsx";
import { type Format, useFormat } from "../board/format.ts";
import { useWords, type Words } from "../words/words.ts";
import { columnBars } from "./charts/column-bars.ts";

export function ActivityCharts({ overview }: { overview: AdminOverview }) {
  const words = useWords().admin.activity;
  const format = useFormat();
  const charts = useMemo(
    () => [daysChart(overview.days, words, format), hoursChart(overview.hours, words, format)],
    [overview, words, format],
  );
  return (
    <div class="charts">
      {charts.map((chart) => (
        <ChartFigure key={chart.id} chart={chart} />
      ))}
    </div>
  );
}

type ActivityWords = Words["admin"]["activity"];

function daysChart(days: AdminOverview["days"], words: ActivityWords, format: Format): Chart {
  const last = days.at(-1) ?? { votes: 0, chats: 0 };
  const toDay = (day: string) => format.shortDay(Date.parse(day));
  return {
    id: "activity-days",
    title: words.daysTitle(
      ...([format.number(last.votes), last.votes, format.number(last.chats), last.chats] as const),
    ),
    caption: words.daysCaption,
    draw: (width) =>
      columnBars(
        {
          places: days.map(({ day }) => toDay(day)),
          series: [
            { name: words.votes, ink: "--chart-line-0", values: days.map(({ votes }) => votes) },
            { name: words.chats, ink: "--chart-line-1", values: days.map(({ chats }) => chats) },
          ],
          ...{ xLabel: words.day, yLabel: words.daysAxis, format },
        },
        width,
      ),
    table: {
      head: [words.day, words.votes, words.chats],
      rows: days.map(({ day, votes, chats }) => [
        ...[format.day(Date.parse(day)), format.number(votes), format.number(chats)],
      ]),
    },
  };
}

function hoursChart(hours: AdminOverview["hours"], words: ActivityWords, format: Format): Chart {
  const calls = hours.reduce((sum, hour) => sum + hour.calls, 0);
  return {
    id: "activity-hours",
    title: words.hoursTitle(format.number(calls), calls),
    caption: words.hoursCaption,
    draw: (width) =>
      columnBars(
        {
          places: hours.map(({ hour }) => `${hour}`),
          series: [{ name: "", ink: "--chart-line-0", values: hours.map((hour) => hour.calls) }],
          ...{ xLabel: words.hour, yLabel: words.hoursAxis, format },
        },
        width,
      ),
    table: {
      head: [words.hour, words.calls],
      rows: hours.map((hour) => [`${hour.hour}`, format.number(hour.calls)]),
    },
  };
}
