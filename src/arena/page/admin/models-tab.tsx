/** @file Which models take part in battles, and how often each is drawn. */
import type { AdminModels, ModelSwitch } from "../../../protocol/arena.ts";
import { useFormat } from "../board/format.ts";
import { EmptyState } from "../parts/states.tsx";
import { useWords } from "../words/words.ts";
import { type Column, DataTable } from "./data-table.tsx";
import { TabState } from "./tab-state.tsx";
import { Told } from "./told.tsx";
import { useAction } from "./use-action.ts";
import { useAdminAnswer } from "./use-admin-answer.ts";

type Model = AdminModels["models"][number];
type Change = (change: ModelSwitch) => void;

export function ModelsTab({ onSession }: { onSession: () => void }) {
  const words = useWords().admin.models;
  const answer = useAdminAnswer<AdminModels>("/api/admin/models", onSession);
  const action = useAction(answer.reload);
  const columns = useColumns((change) => {
    void action.run("/api/admin/models", change, words.saved(change.model));
  });
  return (
    <TabState answer={answer}>
      {({ models }) =>
        models.length === 0 ? (
          <EmptyState {...words.empty} />
        ) : (
          <section class="admin-part">
            <p class="quiet">{words.text}</p>
            <Told action={action} />
            <DataTable
              caption={words.caption}
              rows={models}
              keyOf={({ model }) => model}
              columns={columns}
            />
          </section>
        )
      }
    </TabState>
  );
}

function useColumns(change: Change): Column<Model>[] {
  const words = useWords().admin.models;
  const format = useFormat();
  return [
    { title: words.model, cell: ({ model }) => model },
    { title: words.live, words: true, cell: ({ live }) => <LiveMark live={live} /> },
    { title: words.weight, cell: (row) => <WeightField row={row} change={change} /> },
    { title: words.share, help: words.shareHelp, cell: ({ share }) => format.percent(share, 1) },
    switchColumn("outage", { title: words.outage, help: words.outageHelp }, change),
    switchColumn("anonymous_only", { title: words.anonymous, help: words.anonymousHelp }, change),
    switchColumn("retired", { title: words.retired, help: words.retiredHelp }, change),
  ];
}

function LiveMark({ live }: { live: boolean }) {
  const words = useWords().admin.models;
  return (
    <span class={live ? "live-mark live" : "live-mark"}>{live ? words.isLive : words.isDown}</span>
  );
}

function WeightField({ row: { model, weight }, change }: { row: Model; change: Change }) {
  const words = useWords().admin.models;
  return (
    <input
      class="text-input admin-weight"
      type="number"
      min={0}
      max={1000}
      step="any"
      aria-label={words.weightOf(model)}
      value={weight}
      onChange={({ currentTarget: field }) => {
        if (field.value !== "" && field.checkValidity()) {
          change({ model, weight: field.valueAsNumber });
        } else {
          field.reportValidity();
        }
      }}
    />
  );
}

function switchColumn(
  key: "outage" | "anonymous_only" | "retired",
  { title, help }: { title: string; help: string },
  change: Change,
): Column<Model> {
  return {
    ...{ title, help },
    cell: ({ model, [key]: on }) => (
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        class="admin-switch"
        aria-label={`${title}: ${model}`}
        checked={on}
        onChange={({ currentTarget }) => change({ model, [key]: currentTarget.checked })}
      />
    ),
  };
}
