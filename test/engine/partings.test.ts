import { describe, expect, test } from "vitest";
import { partings } from "../../src/engine/partings.ts";

const end = 9;
const isEnd = (token: number) => token === end;

describe("partings", () => {
  test("are the end of the last message, and where another prompt left this one", () => {
    expect(partings([1, 1, end, 2, 2, end, 3, 3], 2, isEnd)).toEqual([2, 6]);
    expect(partings([1, 1, end, 2, 2, end, 3, 3], 6, isEnd)).toEqual([6]);
  });

  test("of a text without messages is all but its last token, which is read anew", () => {
    expect(partings([1, 2, 3, 4], 0, isEnd)).toEqual([3]);
    expect(partings([1, 2, 3, 4], 4, isEnd)).toEqual([3]);
  });

  test("do not go back to a message that ended long before the prompt does", () => {
    const prompt = [1, end, ...Array(400).fill(2)];
    expect(partings(prompt, 0, isEnd)).toEqual([prompt.length - 1]);
  });

  test("of the shortest prompts are none", () => {
    expect(partings([1], 0, isEnd)).toEqual([]);
    expect(partings([], 0, isEnd)).toEqual([]);
  });
});
