/** @file Which model a request means, by the name it gives or by none, and whether it can do it. */
import { ModelNotFoundError, UnsupportedCapabilityError } from "../errors/model-errors.ts";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { namesOf } from "../protocol/adapter-names.ts";
import type { Capability } from "../protocol/openai.ts";
import type { WorkerState } from "../protocol/registry.ts";
import { isAble, serves } from "../routing/dispatch.ts";
import type { WorkerTable } from "../routing/worker-table.ts";

/**
 * The only model there is, for a request that names none.
 *
 * @throws {InvalidRequestError} there are several that could be meant, or none.
 */
export function onlyModel(table: WorkerTable, capability: Capability | null): string {
  const able = table.workers().filter((worker) => isAble(worker, capability));
  const [only, ...others] = idsOf(able);
  if (only !== undefined && others.length === 0) return only;
  const known = idsOf(able.length > 0 ? able : table.workers()).join(", ") || "none";
  throw new InvalidRequestError(`Name one of the models in 'model': ${known}.`, "model");
}

/**
 * @throws {ModelNotFoundError} nobody serves the model, nor did lately.
 * @throws {UnsupportedCapabilityError} it is served, but cannot do this.
 */
export function assertServed(
  table: WorkerTable,
  model: string,
  capability: Capability | null,
): void {
  const workers = table.workers();
  const named = workers.filter((worker) => serves(worker, model));
  if (named.some((worker) => isAble(worker, capability))) return;
  if (named.length > 0 && capability !== null)
    throw new UnsupportedCapabilityError(
      model,
      capability,
      abilitiesOf(named),
      "model",
      named.every((worker) => worker.model.upstream !== undefined),
    );
  if (!table.remembers(model)) throw new ModelNotFoundError(model, allNamesOf(workers));
}

function abilitiesOf(workers: readonly WorkerState[]): Capability[] {
  return [...new Set(workers.flatMap(({ model }) => model.capabilities))];
}

/** Every name that `/v1/models` has: aliases and adapters too. */
function allNamesOf(workers: readonly WorkerState[]): string[] {
  return [...new Set(workers.flatMap(({ model }) => namesOf(model)))];
}

function idsOf(workers: readonly WorkerState[]): string[] {
  return [...new Set(workers.map(({ model }) => model.id))];
}
