import { describe, expect, test } from "vitest";
import { AdapterTurns } from "../../src/engine/adapter-turns.ts";
import type { Slot } from "../../src/engine/slot.ts";

const slot = (id: number, adapters: string): Slot => ({
  ...{ id, adapters },
  tokens: [],
  evaluated: 0,
  job: null,
  usedAt: 0,
  prefixes: [],
  partings: [],
});

describe("AdapterTurns", () => {
  test("leaves one set alone with every step", () => {
    const turns = new AdapterTurns(() => 0);
    const running = [slot(0, "a"), slot(1, "a")];
    expect(turns.of(running)).toBe(running);
    expect(turns.of([])).toEqual([]);
  });

  test("gives a step to slots of one set only, and each set its share of the time", () => {
    let now = 0;
    const turns = new AdapterTurns(() => now);
    const running = ["", "a", "b", "a", "b", "a"].map((adapters, id) => slot(id, adapters));
    const ms: Record<string, number> = { "": 0, a: 0, b: 0 };
    for (let step = 0; step < 3000; step++) {
      const sharing = turns.of(running);
      const [{ adapters } = slot(0, "none")] = sharing;
      expect(sharing).toEqual(running.filter((one) => one.adapters === adapters));
      const took = adapters === "b" ? 70 : 10; // b has long prompts
      ms[adapters] = (ms[adapters] ?? 0) + took;
      now += took;
    }
    const [least = 0, , most = 0] = Object.values(ms).sort((a, b) => a - b);
    expect(most / least).toBeLessThan(1.5);
  });

  test("lets a newcomer begin at once", () => {
    let now = 0;
    const turns = new AdapterTurns(() => now);
    for (; now < 500; now += 10) turns.of([slot(0, "a")]);
    expect(turns.of([slot(0, "a"), slot(1, "b")])).toEqual([slot(1, "b")]);
    expect(turns.of([slot(0, "a")])).toEqual([slot(0, "a")]);
  });
});
