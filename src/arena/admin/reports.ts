/** @file What people reported of answers, the open ones first. */
import type { AdminReports } from "../../protocol/arena.ts";
import type { ArenaStore } from "../../store/arena-store.ts";

type Report = AdminReports["reports"][number];

export function toReports(store: ArenaStore): AdminReports {
  const reports = new Map<number, Report>();
  for (const event of store.events(["report", "report_closed"])) {
    if (event.kind === "report_closed") {
      const report = reports.get(event.body.report);
      if (report) report.closed = true;
      continue;
    }
    const { id, at, chat, body } = event;
    reports.set(id, { id, at, chat: chat ?? "", ...body, closed: false });
  }
  return { reports: [...reports.values()].sort(byOpenAndTime) };
}

const byOpenAndTime = (one: Report, other: Report) =>
  Number(one.closed) - Number(other.closed) || other.id - one.id;
