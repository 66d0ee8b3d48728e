import { beforeEach, describe, expect, test } from "vitest";
import type { RegistryEvent, WorkerState } from "../../src/protocol/registry.ts";
import { WorkerTable } from "../../src/routing/worker-table.ts";
import { workerState } from "../support/worker-state.ts";

let nowMs = 0;
let table: WorkerTable;
beforeEach(() => {
  nowMs = 0;
  table = new WorkerTable(() => nowMs);
});

const snapshot = (epoch: number, ...workers: WorkerState[]): RegistryEvent => ({
  type: "snapshot",
  epoch,
  dispatch_method: "auto",
  workers,
});
const [a, b] = [workerState("a"), workerState("b")];
const ids = () => table.workers().map(({ worker_id }) => worker_id);
const candidate = (id: string) => table.candidates().find(({ worker }) => worker.worker_id === id);

describe("WorkerTable", () => {
  test("follows the registry", () => {
    table.apply(snapshot(1, a));
    table.apply({ type: "worker", worker: b });
    expect(ids()).toEqual(["a", "b"]);
    table.apply({ type: "gone", worker_id: "a" });
    expect(ids()).toEqual(["b"]);
    table.apply(snapshot(1, a));
    expect(ids()).toEqual(["a"]);
  });

  test("keeps for one lease those of whom a restarted controller does not know yet", () => {
    table.apply(snapshot(1, a, b));
    nowMs = 1000;
    table.apply(snapshot(2));
    expect(ids()).toEqual(["a", "b"]);
    nowMs = 5000;
    table.apply({ type: "worker", worker: a });
    nowMs = 6900;
    expect(ids()).toEqual(["a", "b"]);
    nowMs = 7100;
    expect(ids()).toEqual(["a"]);
    nowMs = 1e9;
    expect(ids()).toEqual(["a"]);
  });

  test("waits longer for FastChat's workers, whose beats are rare", () => {
    table.apply(snapshot(1, a, workerState("b", {}, { wire: "fastchat" })));
    nowMs = 1000;
    table.apply(snapshot(2));
    nowMs = 100_900;
    expect(ids()).toEqual(["b"]);
    nowMs = 101_100;
    expect(ids()).toEqual([]);
  });

  test("counts what we began and ended since the last heartbeat", () => {
    table.apply(snapshot(1, a));
    const end = table.begin("a", 100);
    table.begin("a", 50);
    expect(candidate("a")).toMatchObject({ requestsSince: 2, tokensSince: 150 });
    table.apply({ type: "worker", worker: a });
    expect(candidate("a")).toMatchObject({ requestsSince: 0, tokensSince: 0 });
    end();
    end();
    expect(candidate("a")).toMatchObject({ requestsSince: -1, tokensSince: -100 });
    table.begin("nobody", 1)();
  });

  test("ejects after three failures in a row, a refused connection at once", () => {
    table.apply(snapshot(1, a, b));
    table.failed("a", false);
    table.failed("a", false);
    table.succeeded("a");
    table.failed("a", false);
    table.failed("a", false);
    expect(table.ejected()).toEqual([]);
    table.failed("a", false);
    table.failed("b", true);
    expect(table.ejected().map(({ worker_id }) => worker_id)).toEqual(["a", "b"]);
  });

  test("takes a worker back after two good probes in a row, not for a heartbeat", () => {
    table.apply(snapshot(1, a));
    table.failed("a", true);
    table.apply({ type: "worker", worker: a });
    table.probed("a", true);
    table.probed("a", false);
    table.probed("a", true);
    expect(table.ejected()).toHaveLength(1);
    table.probed("a", true);
    expect(table.ejected()).toHaveLength(0);
    table.failed("a", false);
    expect(table.ejected()).toHaveLength(0);
  });

  test("knows a name's id, and remembers for ten minutes what was served", () => {
    table.apply(snapshot(1, a));
    expect(table.idOf("parrot")).toBe("echo");
    expect(table.idOf("nope")).toBeUndefined();
    nowMs = 1e6;
    table.apply({ type: "gone", worker_id: "a" });
    expect(table.remembers("parrot")).toBe(true);
    expect(table.remembers("nope")).toBe(false);
    nowMs += 600_001;
    expect(table.remembers("parrot")).toBe(false);
  });

  test("knows an adapter's name for as long as the worker has it, and remembers a lost worker's", () => {
    const adapted = workerState("a", {}, { model: { adapters: ["sql"] } });
    table.apply(snapshot(1, adapted));
    expect(table.idOf("parrot:sql")).toBe("echo:sql");
    expect(table.idOf("parrot")).toBe("echo");
    table.apply({ type: "worker", worker: a });
    expect(table.idOf("parrot:sql")).toBeUndefined();
    expect(table.remembers("echo:sql")).toBe(false); // unloaded
    table.apply({ type: "worker", worker: adapted });
    table.apply({ type: "gone", worker_id: "a" });
    expect(table.remembers("echo:sql")).toBe(true); // lost
  });
});
