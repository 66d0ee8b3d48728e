/** @file `fastchat rank` as a whole: files in, table, JSON, CSV and a page out, and what it refuses. */
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { winners } from "../../src/protocol/battle.ts";
import { Leaderboard } from "../../src/protocol/leaderboard.ts";
import { styled } from "../rating/golden.ts";
import { runProgram, startProgram } from "./program.ts";

let folder: string;
let file: string;

/** The golden set as FastChat's cleaning would have written it. */
const rows = styled.battles.map(([a, b, outcome, judge, ...style], row) => ({
  model_a: styled.models[a],
  model_b: styled.models[b],
  winner: winners[outcome] === "both_bad" ? "tie (bothbad)" : winners[outcome],
  judge: `arena_user_${judge}`,
  turn: 1,
  anony: true,
  language: "English",
  tstamp: 1_700_000_000 + 60 * row,
  conv_metadata: Object.fromEntries(
    ["sum_assistant_%_tokens", "header_count_%", "list_count_%", "bold_count_%"].flatMap(
      (key, f) => [
        [key.replace("%", "a"), style[f]],
        [key.replace("%", "b"), style[4 + f]],
      ],
    ),
  ),
}));

const toJsonl = (all: readonly object[]) => all.map((row) => `${JSON.stringify(row)}\n`).join("");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-rank-"));
  file = write("battles.jsonl", toJsonl(rows));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function boardOf(...args: string[]): Promise<Leaderboard> {
  const { code, stdout, stderr } = await runProgram(["rank", ...args, "--json", "-"]);
  expect([code, stderr]).toEqual([0, ""]);
  return Leaderboard.parse(JSON.parse(stdout));
}

describe("fastchat rank", () => {
  test("prints a table, and who could lose the first place to how few votes", async () => {
    const { code, stdout } = await runProgram(["rank", file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +1 +1 +gpt-x +1 140 +± 18 +992$/m);
    expect(stdout).toMatch(
      /^Without \d+ of the 5 000 battles, .* gpt-x would be behind claude-y\.$/m,
    );
    expect(stdout).toContain("5 000 rows read, 0 bad, 5 000 battles counted");
  });

  test("writes the golden ratings as JSON, every digit, and only that to stdout", async () => {
    const board = await boardOf(file, "--anchor", "mixtral-8x7b-instruct-v0.1=1114");
    for (const { model, rating } of board.models) {
      const exact = styled.expected.bt_exact_anchored_mixtral1114?.[model] ?? 0;
      expect(Math.abs((rating ?? 0) - exact)).toBeLessThan(1e-6);
    }
    expect(board.options).toMatchObject({ interval: "sandwich", ties: "half", style: null });
    expect(board.data_hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(board.counts).toMatchObject({ rows: 5000, bad_rows: 0, battles: 5000 });
  });

  test("takes style out as FastChat does", async () => {
    const board = await boardOf(
      file,
      "--style-control",
      "--anchor",
      "mixtral-8x7b-instruct-v0.1=1114",
    );
    const expected = styled.expected.style_control;
    for (const { model, rating } of board.models)
      expect(
        Math.abs((rating ?? 0) - (expected?.["exact_ratings_reg0.5"][model] ?? 0)),
      ).toBeLessThan(1e-5);
    expect(board.style?.map(({ feature }) => feature)).toEqual([
      "length",
      "header",
      "list",
      "bold",
    ]);
    expect(board.style?.[0].coefficient).toBeCloseTo(0.177297, 5);
  });

  test("gives the same bytes for the same battles and options", async () => {
    const once = async (name: string) => {
      const paths = ["json", "csv", "html"].map((kind) => join(folder, `${name}.${kind}`));
      const outputs = paths.flatMap((path) => [`--${path.split(".").at(-1)}`, path]);
      const { code } = await runProgram(["rank", file, "--bootstrap", "20", ...outputs]);
      expect(code).toBe(0);
      return paths.map((path) => readFileSync(path, "utf8"));
    };
    const [first, second] = [await once("first"), await once("second")];
    expect(second).toEqual(first);
    expect(first[1].split("\r\n")[0]).toContain("model,rating,lower,upper,rank");
    expect(first[2]).toContain("fastchat rank battles.jsonl --bootstrap 20");
  });

  test("ranks two logs as it ranks one, in whichever order their rows are", async () => {
    const mixed = rows.toSorted((one, other) => (one.tstamp % 7) - (other.tstamp % 7));
    const parts = [
      write("one.jsonl", toJsonl(mixed.slice(0, 2000))),
      write("two.json", JSON.stringify(mixed.slice(2000))),
    ];
    const options = ["--bootstrap", "20", "--seed", "3"];
    const [whole, merged, turned] = [
      await boardOf(file, ...options),
      await boardOf(...parts, ...options),
      await boardOf(...parts.toReversed(), ...options),
    ];
    expect(merged.models).toEqual(whole.models);
    expect(turned).toEqual(merged);
  });

  test("shows bad rows with file and line, and goes on", async () => {
    const mended = write("bad.jsonl", `${toJsonl(rows.slice(0, 50))}{"model_a": "x"}\nnonsense\n`);
    const { code, stdout, stderr } = await runProgram(["rank", mended]);
    expect(code).toBe(0);
    expect(stdout).toContain("52 rows read, 2 bad, 50 battles counted");
    expect(stderr).toMatch(
      /^fastchat: 2 bad rows were left out:\n {2}\S*bad\.jsonl:51: \S.*\n {2}\S*bad\.jsonl:52: not JSON/,
    );
    const strict = await runProgram(["rank", mended, "--strict"]);
    expect(strict).toMatchObject({ code: 1, stdout: "" });
    expect(strict.stderr).toMatch(/^fastchat: \S*bad\.jsonl:51: /);
  });

  test("reads standard input", async () => {
    const { code, stdout } = await runProgram(["rank", "-"], {
      input: toJsonl(rows.slice(0, 500)),
    });
    expect([code, stdout.includes("500 battles counted")]).toEqual([0, true]);
  });

  test("rates by Elo, in the order of time", async () => {
    const board = await boardOf(file, "--elo", "--elo-k", "32", "--bootstrap", "10");
    expect(board.options).toMatchObject({ system: "elo", elo_k: 32 });
    expect(board.models.find(({ model }) => model === "gpt-x")?.rating).toBeCloseTo(1202.281377, 5);
  });

  test.for([
    [["--category", "coding"], "No battle is left to rate: 5 000 rows read; category: 5000."],
    [["--anchor", "gpt-9=1000"], "The anchor 'gpt-9' is in no battle that counts."],
    [
      ["--style-control", "--style-features", "emoji"],
      /^No battle tells how its answers look \(emoji\)/,
    ],
    [["--ban", "/nowhere.json"], "There is no file '/nowhere.json' for --ban."],
    [
      ["--html", "/nowhere/board.html"],
      "There is no folder '/nowhere' to write '/nowhere/board.html' in.",
    ],
  ] as const)("refuses %j in a sentence", async ([flags, sentence]) => {
    const { code, stdout, stderr } = await runProgram(["rank", file, ...flags]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.replace(/^fastchat: /, "").trim()).toMatch(sentence);
  });

  test("never writes over the battles, and leaves no file where it fails", async () => {
    const before = readFileSync(file, "utf8");
    const over = await runProgram(["rank", file, "--json", join(folder, ".", "battles.jsonl")]);
    expect(over.code).toBe(2);
    expect(over.stderr).toMatch(/option '--json' would overwrite the battles in/);
    expect(readFileSync(file, "utf8")).toBe(before);
    const page = join(folder, "never.html");
    const failed = await runProgram(["rank", file, "--category", "coding", "--html", page]);
    expect([failed.code, existsSync(page)]).toEqual([1, false]);
  });

  test("says why when every row is bad, and what languages there are", async () => {
    const bad = await runProgram(["rank", write("all-bad.jsonl", '{"x": 1}\n{"x": 2}\n')]);
    expect(bad.stderr).toMatch(
      /No battle is left .*bad rows: 2\. The first bad row: \S+:1: model_a/,
    );
    const german = await runProgram(["rank", file, "--language", "de"]);
    expect(german.stderr).toMatch(/language: 5000\. Languages here: English\.$/m);
    const unknown = await runProgram(["rank", file, "--language", "unknown"]);
    expect(unknown.code).toBe(1);
    const english = await runProgram(["rank", file, "--language", "en"]);
    expect(english.code).toBe(0);
  });

  test("tells what was asked of battles that do not say enough for it", async () => {
    const bare = write(
      "bare.jsonl",
      toJsonl(rows.map(({ model_a, model_b, winner }) => ({ model_a, model_b, winner }))),
    );
    const { code, stderr } = await runProgram([
      "rank",
      bare,
      "--elo",
      "--daily-cap",
      "3",
      "--dedup",
      "--exclude",
      "gpt-9",
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain("there is no battle of 'gpt-9' to exclude");
    expect(stderr).toContain("no row says who voted");
    expect(stderr).toContain("no row has its prompt");
    expect(stderr).toContain("5000 rows have no time");
  });

  test("ends quietly when nobody reads on", async () => {
    const reader = startProgram(["rank", file, "--json", "-"]);
    reader.stdout.destroy();
    const errors = text(reader.stderr);
    const [code] = await once(reader, "exit");
    expect([code, await errors]).toEqual([0, ""]);
  });

  test.for([
    [["--anchor", "gpt-x"], /must be MODEL=SCORE/],
    [["--since", "yesterday"], /must be a date \(2024-08-01\) or a Unix time/],
    [["--category", "sports"], /^option '--category' must be one of full, dedup, math/],
    [["--keep", "everything"], /^option '--keep' must be one of no_models/],
    [["--bootstrap", "1"], "option '--bootstrap' must be at least 2"],
    [["--anchor-inside"], "option '--anchor-inside' needs --anchor"],
    [["--elo-k", "8"], "option '--elo-k' needs --elo"],
    [["--elo", "--elo-k", "0"], "option '--elo-k' must be more than 0"],
    [["--json", "-", "--html", "-"], "option '--html' and --json cannot both go to '-'"],
    [["--since", "2024-01-01", "--until", "2023-01-01"], "option '--until' must be after --since"],
    [["--elo", "--style-control"], "option '--style-control' does not go with --elo"],
    [
      ["--simultaneous", "--bootstrap", "50"],
      "option '--simultaneous' goes with --interval sandwich only",
    ],
  ] as const)("does not start with %j", async ([flags, sentence]) => {
    const { code, stderr } = await runProgram(["rank", file, ...flags]);
    expect(code).toBe(2);
    expect(stderr.replace(/^fastchat: /, "").trim()).toMatch(sentence);
  });
});
