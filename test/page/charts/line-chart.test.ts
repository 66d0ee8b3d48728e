/** @file Lines on a page: nothing that matters is thinned out, and no scale breaks. */
import { describe, expect, test } from "vitest";
import { drawLineChart, type LineChart, thinOut } from "../../../src/page/charts/line-chart.ts";

const wave = (count: number) =>
  Array.from({ length: count }, (_, x) => ({ x, y: Math.sin(x / 50) + (x === 777 ? 9 : 0) }));

const chart = (changes: Partial<LineChart>): string =>
  drawLineChart({ xLabel: "Step", yLabel: "Loss", width: 624, lines: [], ...changes }).text;
const line = { name: "one", ink: "--accent", points: wave(100) };

describe("thinOut", () => {
  test("leaves few points as they are", () => {
    const points = wave(600);
    expect(thinOut(points, 600)).toBe(points);
  });

  test("keeps the spike, the order and the number in bounds", () => {
    const thin = thinOut(wave(10_000), 600);
    expect(thin.length).toBeLessThanOrEqual(600);
    expect(thin.length).toBeGreaterThan(500);
    expect(thin.some(({ x }) => x === 777)).toBe(true);
    expect(thin.map(({ x }) => x)).toEqual(thin.map(({ x }) => x).toSorted((a, b) => a - b));
  });
});

describe("drawLineChart", () => {
  test("is drawn for a telephone and for all else", () => {
    const text = chart({ lines: [line] });
    expect(text.match(/<svg/g)).toHaveLength(2);
    expect(text).toContain('width="624"');
    expect(text).toContain('width="384"');
  });

  test.for([
    ["nothing", []],
    ["a line without points", [{ ...line, points: [] }]],
    ["one point", [{ ...line, points: [{ x: 1, y: 2 }] }]],
    ["zeros", [{ ...line, points: [0, 1].map((x) => ({ x, y: 0 })) }]],
    [
      "what is not finite",
      [{ ...line, points: [Number.NaN, Infinity, 1].map((y, x) => ({ x, y })) }],
    ],
  ] as const)("draws %s", ([, lines]) => {
    for (const log of [false, true])
      expect(chart({ lines, log })).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("writes the names of lines that end together one below the other", () => {
    const text = chart({ lines: [line, { ...line, name: "two" }] });
    const places = [...text.matchAll(/translate\([\d.]+,([\d.]+)\)" y="0.32em">(?:one|two)</g)];
    const [one, two] = places.map((match) => Number(match[1]));
    expect(places).toHaveLength(4);
    expect(Math.abs((one ?? 0) - (two ?? 0))).toBeGreaterThanOrEqual(15);
  });

  test("has ticks at 1, 2 and 5 where equal factors are equally far", () => {
    const text = chart({
      log: true,
      lines: [
        {
          ...line,
          points: [
            { x: 0, y: 0.4 },
            { x: 1, y: 9 },
          ],
        },
      ],
    });
    for (const tick of ["0.5", "1", "2", "5"]) expect(text).toContain(`>${tick}</text>`);
    expect(text).not.toContain(">3</text>");
    const wide = chart({
      log: true,
      lines: [
        {
          ...line,
          points: [
            { x: 0, y: 0.02 },
            { x: 1, y: 5.7 },
          ],
        },
      ],
    });
    for (const tick of ["0.05", "0.5", "5"]) expect(wide).toContain(`>${tick}</text>`);
  });

  test.for([true, false])("puts points at the height of their ticks (log: %s)", (log) => {
    const text = chart({
      log,
      lines: [{ ...line, points: [0.5, 1, 2, 1].map((y, x) => ({ x, y })) }],
    });
    const [, tick] = /translate\([\d.]+,([\d.]+)\)" y="0.32em">1<\/text>/.exec(text) ?? [];
    const [, path = ""] = /aria-label="line"><path d="([^"]+)"/.exec(text) ?? [];
    const heights = path.split(/[ML]/).map((point) => point.split(",")[1]);
    expect(tick).toBeDefined();
    expect([heights[2], heights[4]]).toEqual([tick, tick]);
  });

  test("says once what happened twice at nearly the same time", () => {
    const at = (...xs: number[]) => xs.map((x) => ({ x, words: "resumed" }));
    const count = (moments: LineChart["moments"]) =>
      chart({ lines: [line], ...(moments && { moments }) }).match(/>resumed</g)?.length;
    expect(count(at(10, 80))).toBe(4);
    expect(count(at(10, 11))).toBe(2);
  });

  test("shows the level that is not to be passed", () => {
    const text = chart({ lines: [line], level: { y: 30, words: "at most 30" } });
    expect(text).toContain(">at most 30</text>");
    expect(text).toContain(">30</text>");
  });
});
