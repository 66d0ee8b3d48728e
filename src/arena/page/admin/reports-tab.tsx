/** @file What users reported about answers. */
import { useState } from "preact/hooks";
import type { AdminReports } from "../../../protocol/arena.ts";
import { useFormat } from "../board/format.ts";
import { Switch } from "../parts/choice.tsx";
import { EmptyState } from "../parts/states.tsx";
import { useWords } from "../words/words.ts";
import { type Column, DataTable } from "./data-table.tsx";
import { TabState } from "./tab-state.tsx";
import { Told } from "./told.tsx";
import { useAction } from "./use-action.ts";
import { useAdminAnswer } from "./use-admin-answer.ts";

type Report = AdminReports["reports"][number];

export function ReportsTab({ onSession }: { onSession: () => void }) {
  const words = useWords().admin.reports;
  const answer = useAdminAnswer<AdminReports>("/api/admin/reports", onSession);
  const action = useAction(answer.reload);
  const close = (id: number) =>
    void action.run(`/api/admin/reports/${id}`, {}, words.closedOne(`${id}`));
  return (
    <TabState answer={answer}>
      {({ reports }) => (
        <>
          <Told action={action} />
          {reports.length === 0 ? (
            <EmptyState {...words.empty} />
          ) : (
            <ReportList reports={reports} onClose={close} />
          )}
        </>
      )}
    </TabState>
  );
}

type ListProps = { reports: readonly Report[]; onClose: (id: number) => void };

function ReportList({ reports, onClose }: ListProps) {
  const words = useWords().admin.reports;
  const [closed, showClosed] = useState(false);
  const columns = useColumns(onClose);
  const shown = reports.filter((report) => closed || !report.closed);
  return (
    <section class="admin-part">
      <div class="filter-row">
        <Switch label={words.showClosed} on={closed} onSwitch={showClosed} />
      </div>
      {shown.length === 0 ? (
        <p class="quiet">{words.none}</p>
      ) : (
        <DataTable caption={words.caption} rows={shown} keyOf={({ id }) => id} columns={columns} />
      )}
    </section>
  );
}

function useColumns(onClose: (id: number) => void): Column<Report>[] {
  const words = useWords().admin;
  const format = useFormat();
  const said = words.reports;
  return [
    { title: said.reason, cell: ({ reason }) => said.reasons[reason] ?? reason },
    {
      ...{ title: said.comment, words: true },
      cell: ({ comment }) => <span class="admin-comment">{comment || words.unknown}</span>,
    },
    {
      ...{ title: said.seat, words: true },
      cell: ({ seat }) => seat?.toUpperCase() ?? words.unknown,
    },
    { title: said.chat, words: true, cell: ({ chat }) => <code>{chat}</code> },
    { title: said.when, words: true, cell: ({ at }) => <time>{format.time(at)}</time> },
    {
      title: said.action,
      cell: ({ id, closed }) =>
        closed ? (
          <span class="fact-badge">{said.closed}</span>
        ) : (
          <button
            type="button"
            class="chip"
            aria-label={said.closeOne(`${id}`)}
            onClick={() => onClose(id)}
          >
            {said.close}
          </button>
        ),
    },
  ];
}
