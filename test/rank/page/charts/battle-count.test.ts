import { describe, expect, test } from "vitest";
import { toShort } from "../../../../src/rank/page/charts/battle-count.ts";

describe("toShort", () => {
  test.for([
    [0, "0"],
    [999, "999"],
    [1_000, "1.0k"],
    [9_949, "9.9k"],
    [9_950, "10k"],
    [848_000, "848k"],
    [999_499, "999k"],
    [999_500, "1.0M"],
    [12_345_678, "12M"],
  ] as const)("writes %i as %s", ([count, text]) => {
    expect(toShort(count)).toBe(text);
  });
});
