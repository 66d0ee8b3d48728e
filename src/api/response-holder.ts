/** @file Which worker remembers a response: its id says so. */
import type { WorkerState } from "../protocol/registry.ts";
import { responseTagOf } from "../protocol/responses.ts";
import { type Candidate, serves } from "../routing/dispatch.ts";
import type { WorkerTable } from "../routing/worker-table.ts";
import type { FastChatWorkers } from "./fastchat-workers.ts";

/**
 * Undefined when that worker is gone, or when the id is none of ours. What FastChat's workers said
 * is remembered here, in the api, for all of them.
 *
 * @param model Where several workers hold it, or one process serves several models: the one asked.
 */
export function holderOf(
  table: WorkerTable,
  { responseTag }: FastChatWorkers,
  responseId: string,
  model?: string,
): WorkerState | undefined {
  const tag = responseTagOf(responseId);
  if (tag === undefined) return undefined;
  const tagOf = ({ wire, model: { response_tag } }: WorkerState) =>
    wire === "fastchat" ? responseTag : response_tag;
  const holders = table.candidates().filter(({ worker }) => tagOf(worker) === tag);
  const named = holders.filter(({ worker }) => model !== undefined && serves(worker, model));
  return emptiest(named.length > 0 ? named : holders)?.worker;
}

function emptiest(candidates: readonly Candidate[]): Candidate | undefined {
  const requests = ({ worker: { load }, requestsSince }: Candidate) =>
    load.busy + load.queued + requestsSince;
  return candidates.toSorted(
    (a, b) => Number(a.ejected) - Number(b.ejected) || requests(a) - requests(b),
  )[0];
}
