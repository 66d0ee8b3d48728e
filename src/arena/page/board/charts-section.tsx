/** @file The charts' place: what draws them is loaded once it comes into view, or is asked for. */
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PlotsView } from "../../../protocol/arena.ts";
import { Bone, FailedState, LoadingState } from "../parts/states.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useWords } from "../words/words.ts";
import { useInView } from "./use-in-view.ts";

export function ChartsSection({ query }: { query: string }) {
  const words = useWords().board.charts;
  const section = useRef<HTMLElement>(null);
  const [seen, show] = useInView(section);
  return (
    <section ref={section} class="board-part" aria-labelledby="charts-title">
      <h2 id="charts-title">{words.title}</h2>
      {seen ? (
        <LoadedCharts query={query} />
      ) : (
        <button type="button" class="chip" onClick={show}>
          {words.open}
        </button>
      )}
    </section>
  );
}

type Drawing = ComponentType<{ plots: PlotsView }>;

function LoadedCharts({ query }: { query: string }) {
  const words = useWords().board.charts;
  const [Charts, setCharts] = useState<Drawing | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  const [attempt, setAttempt] = useState(0);
  const answer = useAnswer<PlotsView>(`/api/leaderboard/plots${query}`);
  useEffect(() => {
    setFailure(null);
    import("./charts/all-charts.tsx").then(
      ({ AllCharts }) => setCharts(() => AllCharts),
      (error: Error) => setFailure(error),
    );
  }, [attempt]);
  const retry = () => {
    setAttempt(attempt + 1);
    if (answer.error) answer.reload();
  };
  const error = answer.error ?? failure;
  if (error) return <FailedState title={words.failed} error={error} onRetry={retry} />;
  if (!Charts || !answer.data) return <ChartBones label={words.loading} />;
  return <Charts plots={answer.data} />;
}

function ChartBones({ label }: { label: string }) {
  return (
    <LoadingState label={label}>
      <div class="chart-bones">
        {Array.from({ length: 4 }, (_, at) => (
          <Bone key={at} width="100%" height="280px" />
        ))}
      </div>
    </LoadingState>
  );
}
