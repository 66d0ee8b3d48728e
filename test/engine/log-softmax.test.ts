import { describe, expect, test } from "vitest";
import { logSoftmax } from "../../src/engine/log-softmax.ts";
import { normals, uniform } from "../../src/fresh/random.ts";

const random = uniform(7);

function row(size: number, deviation: number): Float32Array {
  return normals(random, size, deviation);
}

describe("the sum of logSoftmax", () => {
  test.for([0, 0.01, 1, 5, 40])("is exact for logits of deviation %d", (deviation) => {
    const logits = row(50_000, deviation);
    const max = logits.reduce((a, b) => Math.max(a, b));
    const exact = max + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - max), 0));
    expect(Math.abs(logSoftmax(logits, 3).logSum - exact)).toBeLessThan(1e-6);
  });

  test("leaves out what is forbidden", () => {
    expect(logSoftmax(Float32Array.of(-Infinity, 2, -Infinity), 1).logSum).toBeCloseTo(2, 6);
  });
});

describe("the top of logSoftmax", () => {
  test("gives the greatest first, as sorting would", () => {
    const logits = row(5000, 3);
    const sorted = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));
    expect(logSoftmax(logits, 20).top).toEqual(sorted.slice(0, 20));
  });

  test("of equals, gives the lower id first", () => {
    expect(logSoftmax(Float32Array.of(1, 3, 3, 3, 2), 3).top).toEqual([1, 2, 3]);
  });
});
