import { describe, expect, test } from "vitest";
import { columnsOf } from "../../src/page/printable.ts";
import type { RankReport } from "../../src/rank/report.ts";
import { toTable } from "../../src/rank/table.ts";
import { believableReport, unrated } from "./believable-report.ts";

function withBoard(models: readonly string[], changes: Partial<RankReport["board"]>): RankReport {
  const report = believableReport(models);
  return { ...report, board: { ...report.board, ...changes } };
}

describe("toTable", () => {
  test("shows ranks, ratings, reasons, style and counts", () => {
    const { board } = believableReport(["gpt-x", "通义千问", "vicuna"]);
    const report = withBoard(["gpt-x", "通义千问", "vicuna"], {
      models: [...board.models, unrated, { ...unrated, model: "far", unrated: "not_connected" }],
      style: [
        { feature: "assistant_tokens", coefficient: 0.1773, lower: 0.15, upper: 0.2046 },
        { feature: "bold", coefficient: -0.0052, lower: -0.03, upper: 0.02 },
      ],
    });
    expect(toTable(report)).toMatchInlineSnapshot(`
      "rank  spread  model     rating           battles
         1  1       gpt-x      1 200  ± 7          900
         2  2       通义千问   1 005  ± 14       4 819
         3  3       vicuna       860  +22/−19    4 738

      not rated
        brand-new  4 battles  only wins: no finite rating fits
        far        4 battles  not linked to the rest by both wins and losses: no common scale

      style (log-odds for one standard deviation more than the rival's)
        assistant_tokens   0.177  0.150 to 0.205
        bold              -0.005  -0.030 to 0.020

      12 345 rows read, 1 200 not votes, 410 dropped (leaked identity), 3 bad, 10 732 battles counted"
    `);
  });

  test("keeps columns straight under wide and long names", () => {
    const report = believableReport(["通义千问-中文", "a", "x".repeat(200), "한국어 모델"]);
    const lines = toTable(report).split("\n").slice(0, 5);
    expect(new Set(lines.map(columnsOf))).toEqual(new Set([columnsOf(lines[0] ?? "")]));
  });

  test("lets no name drive the terminal", () => {
    const text = toTable(believableReport(["a\u001b[2Jb", "c\nd", "e\u202ef"]));
    expect(text).toContain("a\ufffd[2Jb");
    expect(text).toContain("c\ufffdd");
    expect(text).toContain("e\ufffdf");
  });

  test("paints the header, and only by the painter it got", () => {
    const text = toTable(believableReport(["a", "b"]), (colour, part) => `<${colour}>${part}</>`);
    expect(text.split("\n")[0]).toMatch(/^<bold>rank .*battles<\/>$/);
    expect(toTable(believableReport(["a", "b"]))).not.toContain("\u001b");
  });

  test("has a column for answers that were both bad where they are counted apart", () => {
    const { board } = believableReport(["a", "b"]);
    const models = board.models.map((row, at) => ({ ...row, both_bad: at * 0.125 }));
    const [head, , last] = toTable(withBoard(["a", "b"], { models })).split("\n");
    expect(head).toMatch(/battles {2}both bad$/);
    expect(last).toMatch(/13 %$/);
  });

  test("says so when nothing could be rated", () => {
    const text = toTable(withBoard([], { models: [unrated] }));
    expect(text).toMatch(/^No model could be rated\.\n\nnot rated\n {2}brand-new {2}4 battles/);
  });
});
