/** @file All charts of the leaderboard, in one order, each with all models in the order of the ranks. */
import { useMemo } from "preact/hooks";
import type { PlotsView } from "../../../../protocol/arena.ts";
import { useWords } from "../../words/words.ts";
import { useFormat } from "../format.ts";
import { averageChart } from "./average-chart.ts";
import type { Chart, ChartFacts, MissingChart } from "./chart.ts";
import { ChartFigure } from "./chart-figure.tsx";
import { countsChart } from "./counts-chart.ts";
import { historyChart } from "./history-chart.ts";
import { intervalsChart } from "./intervals-chart.ts";
import { priceChart } from "./price-chart.ts";
import { samplingChart } from "./sampling-chart.ts";
import { predictedChart, winsChart } from "./share-maps.ts";
import { styleChart } from "./style-chart.ts";

const makers: readonly ((facts: ChartFacts) => Chart | MissingChart)[] = [
  intervalsChart,
  averageChart,
  winsChart,
  countsChart,
  predictedChart,
  samplingChart,
  historyChart,
  priceChart,
  styleChart,
];

export function AllCharts({ plots }: { plots: PlotsView }) {
  const words = useWords().board;
  const format = useFormat();
  const charts = useMemo(
    () => makers.map((make) => make({ plots, words, format })),
    [plots, words, format],
  );
  const missing = charts.filter((chart): chart is MissingChart => "missing" in chart);
  return (
    <div class="charts">
      {charts.map((chart) =>
        "missing" in chart ? null : <ChartFigure key={chart.id} chart={chart} />,
      )}
      {missing.map(({ id, missing: sentence }) => (
        <p key={id} class="chart-missing">
          {sentence}
        </p>
      ))}
    </div>
  );
}
