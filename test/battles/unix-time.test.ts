import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toUnixTime } from "../../src/battles/unix-time.ts";

describe("toUnixTime", () => {
  test.for([
    [1751327999.5, 1751327999.5],
    [1751327999500, 1751327999.5],
    [1751327999500000, 1751327999.5],
    ["1751327999.5", 1751327999.5],
    [new Date(1751327999500), 1751327999.5],
    ["2025-06-30T23:59:59.500Z", 1751327999.5],
    ["2025-06-30 23:59:59.500000", 1751327999.5],
    ["2025-06-30 23:59:59.500000+00:00", 1751327999.5],
    ["2025-06-30 23:59:59.5 UTC", 1751327999.5],
    ["2025-07-01T01:59:59.5+0200", 1751327999.5],
    ["2025-06-30T18:59:59.5-05", 1751327999.5],
    ["2025-07-01", 1751328000],
    ["2025-07-01T00:00", 1751328000],
  ] as const)("takes %s for %d s", ([time, seconds]) => {
    expect(toUnixTime(time)).toBe(seconds);
  });

  test.for(["", " ", "now", "2025-13-01", "2025-06-30T25:00", "06/30/2025", "2025-06-30T1:00"])(
    "knows no time in %j",
    (text) => {
      expect(toUnixTime(text)).toBeNaN();
    },
  );

  test("reads back every time that is written in ISO form", () => {
    const range = { min: new Date(1.6e12), max: new Date(4e12), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(range), (date) => {
        expect(toUnixTime(date.toISOString())).toBe(date.getTime() / 1000);
        expect(toUnixTime(date.toISOString().replace("T", " ").replace("Z", ""))).toBe(
          date.getTime() / 1000,
        );
      }),
    );
  });
});
