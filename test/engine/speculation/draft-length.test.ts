import { describe, expect, test } from "vitest";
import {
  type Drafting,
  draftLengths,
  longestDrafts,
} from "../../../src/engine/speculation/draft-length.ts";

const slot = (rate: number, most = 8, byModel = false): Drafting => ({ rate, most, byModel });
/** The first row costs 20 ms, each further one so much. */
const costs = (rowMs: number, draftStepMs = 0) => ({
  step: (rows: number) => 20 + rowMs * (rows - 1),
  draftStepMs,
});

/** Tokens per ms of a choice, by the definition. */
function speedOf(
  slots: Drafting[],
  lengths: number[],
  { step, draftStepMs }: ReturnType<typeof costs>,
) {
  const tokens = slots.map(({ rate }, i) =>
    Array.from({ length: (lengths[i] ?? 0) + 1 }, (_, j) => rate ** j).reduce((a, b) => a + b),
  );
  const rows = lengths.reduce((a, b) => a + b, slots.length);
  const depth = Math.max(0, ...lengths.filter((_, i) => slots[i]?.byModel));
  return tokens.reduce((a, b) => a + b) / (step(rows) + depth * draftStepMs);
}

describe("draftLengths", () => {
  test("drafts all there is where rows cost nothing", () => {
    expect(draftLengths([slot(0.5, 6)], 100, costs(0))).toEqual([6]);
  });

  test("drafts nothing where a row costs as much as a step", () => {
    expect(draftLengths([slot(0.9)], 100, costs(20))).toEqual([0]);
  });

  test("drafts more where more is believed, and gives unlikely rows to nobody", () => {
    const [low = 0, high = 0] = draftLengths([slot(0.3), slot(0.9)], 100, costs(4));
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(2);
  });

  test("keeps to the room there is, and spends it on the likeliest", () => {
    expect(draftLengths([slot(0.5), slot(0.95)], 3, costs(0.1))).toEqual([0, 3]);
    expect(draftLengths([slot(0.9)], 0, costs(0))).toEqual([0]);
  });

  test("drafts less, then nothing, the more slots share the step", () => {
    const cost = costs(10);
    const alone = draftLengths([slot(0.8)], 100, cost)[0] ?? 0;
    expect(alone).toBeGreaterThan(0);
    const many = draftLengths(Array(16).fill(slot(0.8)), 1000, cost);
    expect(Math.max(...many)).toBe(0);
  });

  test("lets a draft model work only where its time is worth it", () => {
    expect(draftLengths([slot(0.8, 8, true)], 100, costs(1, 30))).toEqual([0]);
    expect(draftLengths([slot(0.8, 8, true)], 100, costs(1, 1))[0]).toBeGreaterThan(3);
    const two = draftLengths([slot(0.8, 8, true), slot(0.8, 8, true)], 100, costs(1, 6));
    expect(two[0]).toBe(two[1]); // its step is shared
    expect(two[0]).toBeGreaterThan(0);
  });

  test.for([
    [0.6, 0.8, false, 3, 0],
    [0.9, 0.2, false, 6, 0],
    [0.7, 0.7, true, 2, 3],
    [0.95, 0.5, true, 5, 1],
  ] as const)(
    "finds the fastest of all choices (%s, %s, by model: %s)",
    ([a, b, byModel, rowMs, stepMs]) => {
      const slots = [slot(a, 5, byModel), slot(b, 5)];
      const cost = costs(rowMs, stepMs);
      const all = [0, 1, 2, 3, 4, 5].flatMap((i) => [0, 1, 2, 3, 4, 5].map((j) => [i, j]));
      const best = Math.max(...all.map((lengths) => speedOf(slots, lengths, cost)));
      const found = speedOf(slots, draftLengths(slots, 100, cost), cost);
      expect(found).toBeGreaterThan(best * 0.98); // what is hardly faster is left alone
    },
  );

  test("asks what so many rows cost once", () => {
    const asked: number[] = [];
    const step = (rows: number) => {
      asked.push(rows);
      return 20 + rows;
    };
    draftLengths(Array(8).fill(slot(0.9, 16, true)), 200, { step, draftStepMs: 0.1 });
    expect(asked.length).toBeGreaterThan(50);
    expect(asked).toHaveLength(new Set(asked).size);
  });
});

test("longestDrafts gives all there may be while there is room, whatever is believed", () => {
  expect(longestDrafts([slot(0, 5), slot(0.9, 4), slot(0.5, 4)], 100)).toEqual([5, 4, 4]);
  expect(longestDrafts([slot(0, 5), slot(0.9, 4), slot(0.5, 4)], 7)).toEqual([5, 2, 0]);
});
