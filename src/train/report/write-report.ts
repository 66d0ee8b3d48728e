/** @file What lies beside a run's result for people: the page, and a README once there is a result. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toHtml } from "./html-report.ts";
import { toModelCard } from "./model-card.ts";
import type { RunHistory } from "./run-history.ts";

export function writeReport(folder: string, history: RunHistory): void {
  writeFileSync(join(folder, "report.html"), toHtml(history));
  const { end } = history;
  if (end && end.outputs.length > 0)
    writeFileSync(join(folder, "README.md"), toModelCard(history, end));
}
