/** @file A heap against a sorted list. */
import { describe, expect, test } from "vitest";
import { Heap } from "../../src/fresh/heap.ts";
import { uniform } from "../../src/fresh/random.ts";

describe("Heap", () => {
  test("gives the first of what it holds, while more come", () => {
    const random = uniform(5);
    const heap = new Heap<number>((a, b) => a - b);
    const held: number[] = [];
    for (let round = 0; round < 3000; round++) {
      if (random() < 0.6) {
        const item = Math.floor(random() * 500);
        heap.push(item);
        held.push(item);
      } else {
        held.sort((a, b) => a - b);
        expect(heap.pop()).toBe(held.shift());
      }
    }
    expect(held.length).toBeGreaterThan(100);
  });

  test("has nothing to give when empty", () => {
    const heap = new Heap<string>(() => 0);
    expect(heap.pop()).toBeUndefined();
    heap.push("only");
    expect([heap.pop(), heap.pop()]).toEqual(["only", undefined]);
  });
});
