import { describe, expect, test } from "vitest";
import type { DispatchMethod, WorkerState } from "../../src/protocol/registry.ts";
import { type Candidate, type Demand, dispatch } from "../../src/routing/dispatch.ts";
import { seededRandom, workerState } from "../support/worker-state.ts";

const demand: Demand = {
  model: "echo",
  capability: "chat",
  promptTokens: 100,
  prefixes: [],
  tried: new Set(),
};
const methods = ["auto", "shortest_queue", "lottery"] as const;

function candidate(worker: WorkerState, rest: Partial<Candidate> = {}): Candidate {
  return { worker, requestsSince: 0, tokensSince: 0, ejected: false, ...rest };
}

/** How often each worker is chosen in 1000 draws. */
function tally(method: DispatchMethod, candidates: Candidate[], asked: Partial<Demand> = {}) {
  const random = seededRandom(1);
  const counts: Record<string, number> = {};
  for (let i = 0; i < 1000; i++) {
    const id = dispatch(method, candidates, { ...demand, ...asked }, random)?.worker_id ?? "none";
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

describe.for(methods)("dispatch by %s", (method) => {
  test("finds the model by id and by alias, and nothing else", () => {
    const candidates = [
      candidate(workerState("a")),
      candidate(workerState("b", {}, { model: { id: "x", aliases: ["y"] } })),
    ];
    expect(tally(method, candidates)).toEqual({ a: 1000 });
    expect(tally(method, candidates, { model: "parrot" })).toEqual({ a: 1000 });
    expect(tally(method, candidates, { model: "y" })).toEqual({ b: 1000 });
    expect(tally(method, candidates, { model: "z" })).toEqual({ none: 1000 });
    expect(tally(method, [])).toEqual({ none: 1000 });
  });

  test("finds an adapter by its base's id or alias, on the workers that have it", () => {
    const candidates = [
      candidate(workerState("plain")),
      candidate(workerState("adapted", {}, { model: { adapters: ["sql"] } })),
    ];
    expect(tally(method, candidates, { model: "echo:sql" })).toEqual({ adapted: 1000 });
    expect(tally(method, candidates, { model: "parrot:sql" })).toEqual({ adapted: 1000 });
    expect(tally(method, candidates, { model: "echo:none" })).toEqual({ none: 1000 });
    expect(tally(method, candidates, { model: "sql" })).toEqual({ none: 1000 });
    expect(Object.keys(tally(method, candidates))).toHaveLength(2);
  });

  test("leaves out those that cannot, that drain and that were tried", () => {
    const candidates = [
      candidate(workerState("cannot", {}, { model: { capabilities: ["embeddings"] } })),
      candidate(workerState("drains", {}, { draining: true })),
      candidate(workerState("tried")),
      candidate(workerState("good")),
    ];
    expect(tally(method, candidates, { tried: new Set(["tried"]) })).toEqual({ good: 1000 });
  });

  test("takes an ejected worker only when there is no other", () => {
    const ejected = candidate(workerState("ejected"), { ejected: true });
    expect(
      tally(method, [ejected, candidate(workerState("good", { queued: 99, pending_tokens: 1e6 }))]),
    ).toEqual({
      good: 1000,
    });
    expect(tally(method, [ejected])).toEqual({ ejected: 1000 });
  });

  test("spreads over equals", () => {
    const counts = tally(
      method,
      ["a", "b", "c", "d"].map((id) => candidate(workerState(id))),
    );
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(180);
  });
});

describe("lottery", () => {
  test("draws in proportion to speed, whatever the load", () => {
    const slow = candidate(workerState("slow", {}, { speed: 1 }));
    const fast = candidate(workerState("fast", { busy: 99, queued: 99 }, { speed: 3 }));
    const counts = tally("lottery", [slow, fast]);
    expect(counts.fast).toBeGreaterThan(700);
    expect(counts.fast).toBeLessThan(800);
  });
});

describe("shortest_queue", () => {
  test("takes the least of running and waiting over speed", () => {
    const a = candidate(workerState("a", { busy: 2, queued: 1 }, { speed: 1 }));
    const b = candidate(workerState("b", { busy: 4, queued: 1 }, { speed: 2 }));
    expect(tally("shortest_queue", [a, b])).toEqual({ b: 1000 });
  });

  test("counts our own requests since the heartbeat", () => {
    const a = candidate(workerState("a"), { requestsSince: 1 });
    const b = candidate(workerState("b", { busy: 2 }), { requestsSince: -2 });
    expect(tally("shortest_queue", [a, b])).toEqual({ b: 1000 });
  });
});

describe("auto", () => {
  test("takes the least predicted work over tokens per second", () => {
    const long = candidate(workerState("long", { pending_tokens: 3000, tokens_per_second: 100 }));
    const short = candidate(workerState("short", { pending_tokens: 2000, tokens_per_second: 100 }));
    const fast = candidate(workerState("fast", { pending_tokens: 3000, tokens_per_second: 1000 }));
    expect(tally("auto", [long, short])).toEqual({ short: 1000 });
    expect(tally("auto", [long, short, fast])).toEqual({ fast: 1000 });
  });

  test("counts our own tokens since the heartbeat, and never less than nothing", () => {
    const a = candidate(workerState("a"), { tokensSince: 500 });
    const b = candidate(workerState("b"), { tokensSince: -500 });
    expect(tally("auto", [a, b])).toEqual({ b: 1000 });
    const c = candidate(workerState("c"));
    expect(Object.keys(tally("auto", [b, c])).sort()).toEqual(["b", "c"]);
  });

  test("goes to a cached prefix exactly as long as it saves more than the queue costs", () => {
    const prefixes = [
      { hash: "one", tokens: 100 },
      { hash: "two", tokens: 900 },
    ];
    const asked = { promptTokens: 1000, prefixes };
    const cached = (pending_tokens: number) =>
      candidate(workerState("cached", { pending_tokens, prefixes: ["two", "one"] }));
    const cold = candidate(workerState("cold"));
    expect(tally("auto", [cached(0), cold], asked)).toEqual({ cached: 1000 });
    expect(tally("auto", [cached(600), cold], asked)).toEqual({ cached: 1000 });
    expect(tally("auto", [cached(1200), cold], asked)).toEqual({ cold: 1000 });
    const shorter = candidate(workerState("shorter", { prefixes: ["one"] }));
    expect(tally("auto", [cached(0), shorter, cold], asked)).toEqual({ cached: 1000 });
  });

  test("of two that are nearly equal takes the emptier", () => {
    const a = candidate(workerState("a", { busy: 3 }));
    const b = candidate(workerState("b", { busy: 1 }));
    expect(tally("auto", [a, b])).toEqual({ b: 1000 });
  });

  test("takes a worker that has not run yet to be like its peers", () => {
    const old = candidate(workerState("old", { pending_tokens: 5000, tokens_per_second: 1000 }));
    const fresh = candidate(workerState("fresh", { tokens_per_second: 0 }));
    expect(tally("auto", [old, fresh])).toEqual({ fresh: 1000 });
    expect(tally("auto", [fresh])).toEqual({ fresh: 1000 });
  });
});
