/** @file What happens in the arena: votes and chats, calls, and how the models do. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { AdminOverview } from "../../../protocol/arena.ts";
import { type Format, useFormat } from "../board/format.ts";
import { Bone, EmptyState, LoadingState } from "../parts/states.tsx";
import { useWords, type Words } from "../words/words.ts";
import { type Column, DataTable } from "./data-table.tsx";
import { TabState } from "./tab-state.tsx";
import { useAdminAnswer } from "./use-admin-answer.ts";

export function ActivityTab({ onSession }: { onSession: () => void }) {
  const answer = useAdminAnswer<AdminOverview>("/api/admin/overview", onSession);
  return <TabState answer={answer}>{(overview) => <Overview overview={overview} />}</TabState>;
}

function Overview({ overview }: { overview: AdminOverview }) {
  const words = useWords().admin;
  const format = useFormat();
  const { activity } = words;
  const actions = Object.entries(overview.actions);
  if (actions.length === 0 && overview.models.length === 0 && overview.days.length === 0) {
    return <EmptyState {...activity.empty} />;
  }
  return (
    <>
      <Drawings overview={overview} />
      <DataTable
        caption={activity.actions}
        columns={actionColumns(words, format)}
        rows={actions.map(([name, counts]) => ({ name, ...counts }))}
        keyOf={({ name }) => name}
      />
      <DataTable
        caption={activity.models}
        columns={modelColumns(words, format)}
        rows={overview.models}
        keyOf={({ model }) => model}
      />
    </>
  );
}

type Counts = { all: number; last_day: number; last_hour: number };

function countColumns({ spans }: Words["admin"], format: Format): Column<Counts>[] {
  return [
    { title: spans.all, cell: ({ all }) => format.number(all) },
    { title: spans.day, cell: ({ last_day: count }) => format.number(count) },
    { title: spans.hour, cell: ({ last_hour: count }) => format.number(count) },
  ];
}

function actionColumns(words: Words["admin"], format: Format): Column<Counts & { name: string }>[] {
  const { action, names } = words.activity;
  return [
    { title: action, cell: ({ name }) => names[name] ?? name.replaceAll("_", " ") },
    ...countColumns(words, format),
  ];
}

type ModelCalls = AdminOverview["models"][number];

function modelColumns(words: Words["admin"], format: Format): Column<ModelCalls>[] {
  const { activity, unknown } = words;
  return [
    { title: activity.model, cell: ({ model }) => model },
    ...countColumns(words, format),
    {
      ...{ title: activity.ttft, help: activity.ttftHelp },
      cell: ({ ttft_ms: ms }) =>
        ms === null ? unknown : activity.seconds(format.number(ms / 1000, 2)),
    },
    {
      title: activity.speed,
      cell: ({ tokens_per_second: speed }) => (speed === null ? unknown : format.number(speed, 1)),
    },
    {
      ...{ title: activity.errors, help: activity.errorsHelp },
      cell: ({ error_rate: rate }) => (
        <span class={rate !== null && rate >= 0.05 ? "admin-failure" : undefined}>
          {rate === null ? unknown : format.percent(rate, 1)}
        </span>
      ),
    },
  ];
}

/** What draws them is loaded for those who look. */
function Drawings({ overview }: { overview: AdminOverview }) {
  const words = useWords().admin.activity;
  const [Charts, setCharts] = useState<ComponentType<{ overview: AdminOverview }> | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import("./activity-charts.tsx").then(
      ({ ActivityCharts }) => setCharts(() => ActivityCharts),
      () => setFailed(true), // the tables below say the rest
    );
  }, []);
  if (failed) return null;
  if (Charts) return <Charts overview={overview} />;
  return (
    <LoadingState label={words.charts}>
      <Bone width="100%" height="300px" />
    </LoadingState>
  );
}
