/**
 * @file FastChat's choice of a worker, for those who ask the controller for one: over addresses, in
 * the order in which they came, by their last beat and what was handed out since.
 *
 * Source: `Controller.get_worker_address` of `fastchat/serve/controller.py`, FastChat 0.2.36.
 */
import type { DispatchMethod, WorkerState } from "../protocol/registry.ts";
import { draw, type Random, serves } from "../routing/dispatch.ts";
import type { Registry } from "./registry.ts";

/** Less speed than this, all workers together, is none. */
const leastSpeed = 1e-4;

export class FastChatDispatch {
  readonly #registry: Registry;
  readonly #method: DispatchMethod;
  readonly #random: Random;
  /** Requests handed out since; each beat makes a new state, which nothing has been handed to. */
  readonly #sent = new WeakMap<WorkerState, number>();

  constructor(registry: Registry, method: DispatchMethod, random: Random = Math.random) {
    this.#registry = registry;
    this.#method = method;
    this.#random = random;
  }

  /**
   * The worker that the next request for the model goes to; undefined where nobody serves it.
   *
   * @param among Leaves workers out.
   */
  choose(model: string, among = (_: WorkerState) => true): WorkerState | undefined {
    const workers = this.#registry.workers();
    const able = workers.filter(
      (worker) => serves(worker, model) && !worker.draining && among(worker),
    );
    if (this.#method === "lottery") return drawBySpeed(able, this.#random);
    const sent = this.#sentTo(workers);
    const chosen = leastOf(able, ({ address, load, speed }) => {
      return (load.busy + load.queued + (sent.get(address) ?? 0)) / speed;
    });
    if (chosen) this.#sent.set(chosen, (this.#sent.get(chosen) ?? 0) + 1);
    return chosen;
  }

  /** By address: its models stand in one queue. */
  #sentTo(workers: readonly WorkerState[]): Map<string, number> {
    const sent = new Map<string, number>();
    for (const worker of workers)
      sent.set(worker.address, (sent.get(worker.address) ?? 0) + (this.#sent.get(worker) ?? 0));
    return sent;
  }
}

function drawBySpeed(workers: readonly WorkerState[], random: Random): WorkerState | undefined {
  const total = workers.reduce((sum, { speed }) => sum + speed, 0);
  return total < leastSpeed ? undefined : draw(workers, ({ speed }) => speed, random);
}

/** The first of those with the least cost. */
function leastOf<T>(from: readonly T[], cost: (of: T) => number): T | undefined {
  const costs = from.map(cost);
  const least = costs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return from[costs.indexOf(least)];
}
