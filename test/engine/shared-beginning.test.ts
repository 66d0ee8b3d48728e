import { describe, expect, test } from "vitest";
import { sharedTokens } from "../../src/engine/shared-beginning.ts";

const counted = (length: number, ...more: number[]) =>
  Int32Array.from([...Array.from({ length }, (_, i) => i), ...more]);

describe("sharedTokens", () => {
  test.for<[string, Int32Array[], number]>([
    ["no input", [], 0],
    ["one input, which shares with nobody", [counted(40)], 0],
    ["inputs that part at once", [counted(40), Int32Array.of(1, 2, 3)], 0],
    ["a beginning too short to be worth it", [counted(15, 90), counted(15, 91)], 0],
    ["what both begin with", [counted(20, 90, 91), counted(20, 92)], 20],
    ["what all begin with", [counted(30, 90), counted(20, 90), counted(25, 91)], 20],
    ["inputs that are the same, less a token of their own", [counted(40), counted(40)], 39],
    ["an input that is the other's beginning", [counted(30), counted(20)], 19],
  ])("of %s", ([, inputs, length]) => {
    expect(sharedTokens(inputs)).toBe(length);
  });
});
