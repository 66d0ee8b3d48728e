import { describe, expect, test } from "vitest";
import { digitsFor, toMargin, toRatingWords, toSpread } from "../../src/rank/rating-words.ts";

/** No-break spaces are hard to see in a test. */
const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("a rating with its interval", () => {
  const words = (rating: number | null, lower: number | null, upper: number | null) =>
    plain(toRatingWords({ rating, lower, upper }));

  test("has one margin where both sides round to the same", () => {
    expect(words(1123.2, 1115.4, 1131)).toBe("1 123 ± 8");
  });

  test("has two where they differ", () => {
    expect(words(1123, 1116, 1132)).toBe("1 123 +9/−7");
  });

  test("says where an end is missing", () => {
    expect(words(1123, 1116, null)).toBe("1 123 +∞/−7");
    expect(words(1123, null, 1132)).toBe("1 123 +9/−∞");
  });

  test("has no ends where nothing is known of them, and is a dash without a rating", () => {
    expect(words(1123, null, null)).toBe("1 123 ± ∞");
    expect(words(null, null, null)).toBe("–");
    expect(toMargin({ rating: null, lower: null, upper: null })).toBe("");
  });

  test("gets a decimal as soon as an interval of the board is narrower than a point", () => {
    const wide = { rating: 1000, lower: 990, upper: 1010 };
    const fixed = { rating: 1114, lower: 1114, upper: 1114 };
    expect(digitsFor([wide, fixed])).toBe(0);
    expect(digitsFor([wide, { rating: 900, lower: 899.6, upper: 900.4 }])).toBe(1);
  });
});

describe("toSpread", () => {
  const row = { model: "m", rating: 1, lower: 0, upper: 2, rank: 3, battles: 1 };

  test("is a range, one rank, or a dash", () => {
    expect(toSpread({ ...row, rank_lower: 3, rank_upper: 5 })).toBe("3–5");
    expect(toSpread({ ...row, rank_lower: 3, rank_upper: 3 })).toBe("3");
    expect(toSpread({ ...row, rank_lower: null, rank_upper: null })).toBe("–");
  });
});
