/** @file Which worker remembers a response: its id says so. */
import type { WorkerState } from "../protocol/registry.ts";
import { responseTagOf } from "../protocol/responses.ts";
import type { WorkerTable } from "../routing/worker-table.ts";

/** Undefined when that worker is gone, or when the id is none of ours. */
export function holderOf(table: WorkerTable, responseId: string): WorkerState | undefined {
  const tag = responseTagOf(responseId);
  if (tag === undefined) return undefined;
  return table.workers().find(({ model }) => model.response_tag === tag);
}
