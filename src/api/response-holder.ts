/** @file Which worker remembers a response: its id says so. */
import type { WorkerState } from "../protocol/registry.ts";
import { responseTagOf } from "../protocol/responses.ts";
import { serves } from "../routing/dispatch.ts";
import type { WorkerTable } from "../routing/worker-table.ts";

/**
 * Undefined when that worker is gone, or when the id is none of ours.
 *
 * @param model Where one process serves several models, the one that is asked.
 */
export function holderOf(
  table: WorkerTable,
  responseId: string,
  model?: string,
): WorkerState | undefined {
  const tag = responseTagOf(responseId);
  if (tag === undefined) return undefined;
  const holders = table.workers().filter((worker) => worker.model.response_tag === tag);
  return holders.find((worker) => model !== undefined && serves(worker, model)) ?? holders[0];
}
