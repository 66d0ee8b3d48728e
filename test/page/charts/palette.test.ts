import { describe, expect, test } from "vitest";
import { contrast, dark, light, textOn } from "../../../src/page/charts/palette.ts";

describe("contrast", () => {
  test("is that of WCAG", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 10);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });
});

describe.for([
  ["light", light],
  ["dark", dark],
] as const)("the %s palette", ([, palette]) => {
  test("has text that can be read on the page and in its boxes (WCAG AA)", () => {
    const inks = [palette.text, palette.quiet, palette.accent, ...palette.lines];
    const worst = inks.map((ink) =>
      Math.min(contrast(ink, palette.page), contrast(ink, palette.box)),
    );
    expect(Math.min(...worst)).toBeGreaterThanOrEqual(4.5);
  });

  test("has numbers that can be read in every cell (WCAG AA)", () => {
    const cells = [...palette.diverging, ...palette.sequential];
    const worst = cells.map((cell) => contrast(cell, textOn(cell)));
    expect(Math.min(...worst)).toBeGreaterThanOrEqual(4.5);
  });

  test("goes from little to much in even steps of lightness, never back", () => {
    const page = palette.sequential.map((cell) => contrast(cell, palette.page));
    expect(page).toEqual(page.toSorted((a, b) => a - b));
    const middle = palette.diverging[5] ?? "";
    const away = palette.diverging.map((cell) => contrast(cell, middle));
    expect(away.slice(5)).toEqual(away.slice(5).toSorted((a, b) => a - b));
    expect(away.slice(0, 6)).toEqual(away.slice(0, 6).toSorted((a, b) => b - a));
  });
});
