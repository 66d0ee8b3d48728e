import { describe, expect, test } from "vitest";
import { toCount, toGrouped, toPercent } from "../../src/page/number-words.ts";

/** No-break spaces are hard to see in a test. */
const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("toGrouped", () => {
  test.for([
    [0, 0, "0"],
    [999.4, 0, "999"],
    [999.5, 0, "1 000"],
    [1234567, 0, "1 234 567"],
    [-1234.56, 1, "−1 234.6"],
    [-0.04, 1, "0.0"],
    [12.345, 2, "12.35"],
  ] as const)("writes %d with %i decimals as %s", ([value, digits, text]) => {
    expect(plain(toGrouped(value, digits))).toBe(text);
  });
});

describe("toCount", () => {
  test("knows one from many", () => {
    expect(plain(toCount(1, "row"))).toBe("1 row");
    expect(plain(toCount(1200, "row"))).toBe("1 200 rows");
  });
});

describe("toPercent", () => {
  test.for([
    [0, 0, "0 %"],
    [0.004, 0, "<1 %"],
    [0.5, 0, "50 %"],
    [0.996, 0, ">99 %"],
    [1, 0, "100 %"],
    [0.9996, 1, ">99.9 %"],
    [0.0004, 1, "<0.1 %"],
  ] as const)("writes %d with %i decimals as %s", ([share, digits, text]) => {
    expect(plain(toPercent(share, digits))).toBe(text);
  });
});
