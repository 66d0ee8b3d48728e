/** @file Half precision and Q8_0, against values worked out by hand. */
import { describe, expect, test } from "vitest";
import { normals, uniform } from "../../src/fresh/random.ts";
import { quantize, toHalf } from "../../src/llama/quantization.ts";

describe("toHalf", () => {
  test.for([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff], // the largest
    [65_520, 0x7c00], // rounds up to infinity
    [Infinity, 0x7c00],
    [2 ** -14, 0x0400], // the smallest normal
    [2 ** -24, 0x0001], // the smallest of all
    [2 ** -25, 0x0000], // a tie, to even
    [1 + 2 ** -11, 0x3c00], // a tie, to even
    [1 + 3 * 2 ** -11, 0x3c02], // a tie, to even
    [2 - 2 ** -12, 0x4000], // carries into the exponent
    [0.1, 0x2e66],
  ] as const)("%s is %s", ([value, half]) => {
    expect(toHalf(value)).toBe(half);
  });

  test("keeps a number that is none", () => {
    expect(toHalf(Number.NaN) & 0x7fff).toBeGreaterThan(0x7c00);
  });
});

describe("quantize to Q8_0", () => {
  test("gives each 32 values one scale, the largest at ±127", () => {
    const values = Float32Array.from({ length: 32 }, (_, i) => (i === 5 ? -12.7 : i / 10));
    const bytes = Buffer.from(quantize(values, "Q8_0"));
    expect(bytes.length).toBe(34);
    expect(bytes.readUInt16LE(0)).toBe(toHalf(0.1));
    expect(bytes.readInt8(2 + 5)).toBe(-127);
    expect(bytes.readInt8(2 + 31)).toBe(31);
  });

  test("keeps random weights to half a step", () => {
    const values = normals(uniform(3), 4096, 0.02);
    const bytes = Buffer.from(quantize(values, "Q8_0"));
    for (const [i, value] of values.entries()) {
      const block = Math.floor(i / 32);
      const largest = Math.max(...values.subarray(block * 32, block * 32 + 32).map(Math.abs));
      const step = largest / 127;
      const back = bytes.readInt8(block * 34 + 2 + (i % 32)) * step;
      expect(Math.abs(back - value)).toBeLessThanOrEqual(step * 0.501);
    }
  });

  test("refuses what fills no block", () => {
    expect(() => quantize(new Float32Array(33), "Q8_0")).toThrow("not whole Q8_0 blocks of 32");
  });
});
