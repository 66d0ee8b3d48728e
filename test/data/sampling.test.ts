/** @file Draws: as many as asked for, each as likely as the next, the same for the same seed. */
import { describe, expect, test } from "vitest";
import { sample, selection } from "../../src/data/sampling.ts";
import { chat, streamOf, talk } from "./chats.ts";

const numbered = Array.from({ length: 20 }, (_, i) => chat(talk("q", "a"), { id: `${i}` }));
const drawn = async (count: number, seed: number) =>
  (await sample(streamOf(numbered), count, seed)).map(({ id }) => Number(id));

describe("sample", () => {
  test("draws as many as asked for, in the order of the source", async () => {
    const ids = await drawn(5, 1);
    expect(new Set(ids).size).toBe(5);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(await drawn(100, 1)).toHaveLength(20);
  });

  test("draws the same for the same seed only", async () => {
    expect(await drawn(5, 7)).toEqual(await drawn(5, 7));
    expect(await drawn(5, 7)).not.toEqual(await drawn(5, 8));
  });

  test("draws each as often", async () => {
    const times = new Array(20).fill(0);
    for (let seed = 0; seed < 2000; seed++) for (const id of await drawn(5, seed)) times[id]++;
    for (const count of times)
      expect(Math.abs(count - 500)).toBeLessThan(5 * Math.sqrt(2000 * 0.25 * 0.75));
  });
});

describe("selection", () => {
  const select = (total: number, wanted: number, seed: number) => {
    const next = selection(total, wanted, seed);
    return Array.from({ length: total }, next);
  };

  test.for([
    [10, 0],
    [10, 3],
    [10, 10],
    [1, 1],
    [0, 0],
    [3, 5],
  ] as const)("of %d draws exactly %d", ([total, wanted]) => {
    for (let seed = 0; seed < 50; seed++)
      expect(select(total, wanted, seed).filter(Boolean)).toHaveLength(Math.min(total, wanted));
  });

  test("draws each as often, and the same for the same seed", () => {
    const times = new Array(10).fill(0);
    for (let seed = 0; seed < 2000; seed++)
      for (const [i, isDrawn] of select(10, 3, seed).entries()) times[i] += Number(isDrawn);
    for (const count of times)
      expect(Math.abs(count - 600)).toBeLessThan(5 * Math.sqrt(2000 * 0.3 * 0.7));
    expect(select(10, 3, 5)).toEqual(select(10, 3, 5));
  });
});
