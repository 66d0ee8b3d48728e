import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Leaderboard, LeaderboardRow } from "../../src/protocol/leaderboard.ts";
import { toCsv } from "../../src/rank/csv.ts";
import { toJson } from "../../src/rank/json.ts";
import { unrated } from "./believable-report.ts";

const rated: LeaderboardRow = {
  model: "gpt-x",
  rating: 1215.2799814812,
  lower: 1206.1,
  upper: 1224.0000000001,
  rank: 1,
  rank_lower: 1,
  rank_upper: 2,
  battles: 987,
};
const boardOf = (...models: LeaderboardRow[]): Leaderboard => ({
  models,
  options: { ties: "half" },
  data_hash: "sha256:0",
  counts: { rows: 991, not_votes: 0, bad_rows: 0, dropped: {}, battles: 991 },
});

describe("toCsv", () => {
  test("writes a header and a record per model, every digit, what is unknown empty", () => {
    expect(toCsv(boardOf(rated, unrated))).toBe(
      "model,rating,lower,upper,rank,rank_lower,rank_upper,battles,unrated\r\n" +
        "gpt-x,1215.2799814812,1206.1,1224.0000000001,1,1,2,987,\r\n" +
        "brand-new,,,,,,,4,only_wins\r\n",
    );
  });

  test.for(["=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])(
    "makes %j a text and no formula",
    (model) => {
      const [record] = parse(toCsv(boardOf({ ...rated, model })), { columns: true });
      expect(record).toMatchObject({ model: `'${model}` });
    },
  );

  test("leaves negative numbers numbers", () => {
    expect(toCsv(boardOf({ ...rated, lower: -12.5 }))).toContain(",-12.5,");
  });

  test("is read back as it was, whatever models are called", () => {
    const name = fc.string({ unit: "binary", minLength: 1 });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        const csv = toCsv(boardOf(...names.map((model) => ({ ...rated, model }))));
        const records: string[][] = parse(csv, { from_line: 1, record_delimiter: "\r\n" });
        const read = records
          .slice(1)
          .map(([model = ""]) => model.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, ""));
        expect(read).toEqual(names);
      }),
    );
  });
});

describe("toJson", () => {
  test("keeps every digit and ends its last line", () => {
    const board = boardOf(rated, unrated);
    const json = toJson(board);
    expect(JSON.parse(json)).toEqual(board);
    expect(json).toContain('\n      "rating": 1215.2799814812,\n');
    expect(json.endsWith("}\n")).toBe(true);
  });
});
