/** @file `fastchat data` as a whole: every tool from the command line, its counts, what it refuses. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { main } from "../../src/cli/main.ts";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { runProgram } from "./program.ts";

let folder: string;
let chats: string;
let model: string;

const shared = (id: string, ...texts: string[]) => ({
  id,
  conversations: texts.map((value, i) => ({ from: i % 2 ? "gpt" : "human", value })),
});
const rows = [
  shared(
    "a",
    "What is the capital of France?",
    "<p>It is <b>Paris</b>.</p>",
    "And of Italy?",
    "<p>Rome.</p>",
  ),
  {
    ...shared(
      "b",
      "Wie heißt die Hauptstadt von Österreich?",
      "Die Hauptstadt von Österreich heißt Wien.",
    ),
    model: "gpt4",
  },
  { ...shared("c", "Who made you, if I may ask?", "OpenAI made me."), model: "gpt3" },
  shared("d", "hi", "hello"),
  shared("e", "How do I make tea?", "Do:\n1. boil water\n1. wait"),
  shared("a", "What is the capital of Spain, please?", "It is Madrid."),
];

const toJsonl = (all: readonly object[]) => all.map((row) => `${JSON.stringify(row)}\n`).join("");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-data-"));
  chats = write("chats.jsonl", toJsonl(rows));
  model = join(folder, "tiny.gguf");
  writeTinyModel(model);
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

type Out = { id?: string; messages?: unknown; conversations: { from: string; value: string }[] };

/** The rows that a tool writes to stdout, and what it says on stderr. */
async function data(...args: string[]): Promise<{ rows: Out[]; said: string }> {
  const { code, stdout, stderr } = await runProgram(["data", ...args]);
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  const lines = stdout.split("\n").filter(Boolean);
  return {
    rows: lines.map((line) => JSON.parse(line)),
    said: stderr.replaceAll("\u00a0", " ").trim(),
  };
}
const ids = (all: readonly Out[]) => all.map(({ id }) => id);

describe("fastchat data", () => {
  test("clean makes Markdown, and says per rule how many it dropped", async () => {
    const found = await data("clean", chats);
    expect(ids(found.rows)).toEqual(["a", "b", "e"]);
    expect(found.rows[0].conversations[1]).toEqual({ from: "gpt", value: "It is **Paris**." });
    expect(found.said).toBe("read 6, kept 3, dropped 3: 1 blocked words, 1 too short, 1 same id");
  });

  test("clean drops no more than its flags let it", async () => {
    const flags = ["--blocked", "madrid", "--min-chars", "0", "--keep", "same id,same text"];
    const found = await data("clean", chats, ...flags, "--html", "never");
    expect(ids(found.rows)).toEqual(["a", "b", "c", "d", "e"]);
    expect(found.rows[0].conversations[1].value).toBe("<p>It is <b>Paris</b>.</p>");
  });

  test("language keeps some, or skips some", async () => {
    const german = await data("language", chats, "--keep", "de");
    expect(ids(german.rows)).toEqual(["b"]);
    expect(german.said).toMatch(/^read 6, kept 1, dropped 5: \d in English, /);
    expect(ids((await data("language", chats, "--skip-lang", "german")).rows)).toEqual([
      ...["a", "c", "d", "e", "a"],
    ]);
  });

  test("filter-format drops lists that lost their numbers", async () => {
    const found = await data("filter-format", chats);
    expect(ids(found.rows)).toEqual(["a", "b", "c", "d", "a"]);
    expect(found.said).toBe("read 6, kept 5, dropped 1: 1 wrong list numbers");
  });

  test("select keeps one model's answers", async () => {
    expect(ids((await data("select", chats)).rows)).toEqual(["a", "b", "d", "e", "a"]);
    expect(ids((await data("select", chats, "--model", "gpt3", "--named-only")).rows)).toEqual([
      "c",
    ]);
  });

  test("dedup drops the same, of several files too, and what is nearly the same", async () => {
    const long =
      "The quick brown fox jumps over the lazy dog while the sun sets behind the far hills ".repeat(
        3,
      );
    const near = write(
      "near.jsonl",
      toJsonl([shared("x", "Say", `${long}a`), shared("y", "Say", `${long}b`)]),
    );
    const exact = await data("dedup", chats, chats, near, "--exact");
    expect(exact.said).toBe("read 14, kept 8, dropped 6: 6 the same text");
    expect((await data("dedup", near)).said).toBe(
      "read 2, kept 1, dropped 1: 1 nearly the same text",
    );
  });

  test("split-long cuts between rounds, by the tokens of a model", async () => {
    const found = await data("split-long", chats, "--model-path", model, "--max-length", "60");
    expect(ids(found.rows).slice(0, 2)).toEqual(["a_0", "a_2"]);
    expect(found.said).toMatch(/^read 6, wrote \d/);
    const whole = await data("split-long", chats, "--model-name-or-path", model);
    expect(whole.rows.map(({ conversations }) => conversations.length)).toEqual([4, 2, 2, 2, 2, 2]);
  });

  test("replace takes a model's special tokens apart", async () => {
    const file = write("tokens.jsonl", toJsonl([shared("x", "a<|eot_id|>b", "no <tag>")]));
    const { rows: found, said } = await data("replace", file, "--model-path", model);
    expect(found[0].conversations.map(({ value }) => value)).toEqual([
      "a<||eot_id||>b",
      "no <tag>",
    ]);
    expect(said).toBe("read 1, kept 1\nreplaced 1 special token");
  });

  test("single-round keeps the first question and its answer", async () => {
    const { rows: found } = await data("single-round", chats);
    expect(found.map(({ conversations }) => conversations.length)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test("split divides everything, the same way for the same seed", async () => {
    const [train, test] = [join(folder, "train.jsonl"), join(folder, "test.json")];
    const args = ["split", chats, "--ratio", "0.5", "--train", train, "--test", test];
    const { said } = await data(...args);
    expect(said).toBe(`read 6, kept 6\nwrote 3 in ${train}\nwrote 3 in ${test}`);
    const before = readFileSync(train, "utf8");
    const others: object[] = JSON.parse(readFileSync(test, "utf8"));
    const lines = before
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([...lines, ...others]).toHaveLength(6);
    expect(new Set([...lines, ...others].map((row) => JSON.stringify(row))).size).toBe(6);
    await data(...args);
    expect(readFileSync(train, "utf8")).toBe(before);
    await data(...args, "--seed", "1");
    expect(readFileSync(train, "utf8")).not.toBe(before);
  });

  test("split names its files after the one it splits", async () => {
    const file = write("named.jsonl", toJsonl(rows));
    await data("split", "--in-file", file);
    expect(existsSync(join(folder, "named_train.jsonl"))).toBe(true);
    expect(existsSync(join(folder, "named_test.jsonl"))).toBe(true);
  });

  test("merge joins files in the order they are named, and FastChat's flags work", async () => {
    const more = write("more.json", JSON.stringify([shared("z", "q", "a")]));
    const out = join(folder, "merged.json");
    await data("merge", "--in", more, chats, "--out-file", out);
    const merged: Out[] = JSON.parse(readFileSync(out, "utf8"));
    expect(ids(merged)).toEqual(["z", "a", "b", "c", "d", "e", "a"]);
  });

  test("sample draws as many as it is told to", async () => {
    const found = await data("sample", chats, "--count", "3");
    expect(found.rows).toHaveLength(3);
    expect((await data("sample", chats, "--count", "3")).rows).toEqual(found.rows);
    const short = await data("sample", chats, "--count", "9", "--max-length", "20");
    expect(ids(short.rows)).toEqual(["d"]);
  });

  test("stats prints a table, or JSON", async () => {
    const { stdout } = await runProgram(["data", "stats", chats, "--model-path", model]);
    expect(stdout).toMatch(/^6 conversations, 14 messages$/m);
    expect(stdout).toMatch(/^rounds +7 +1\.2 +1 +1 +2 +2 +2$/m);
    expect(stdout).toMatch(/^tokens of an answer +\d+/m);
    expect(stdout).toMatch(/^languages +English 4/m);
    const asJson = JSON.parse((await runProgram(["data", "stats", chats, "--json"])).stdout);
    expect(asJson).toMatchObject({ conversations: 6, unit: "characters", roles: { user: 7 } });
  });

  test("inspect prints conversations to be read, and nothing that a terminal would obey", async () => {
    const evil = write("evil.jsonl", toJsonl([shared("x", "a\u001b[2Jb\n\tc", "ok")]));
    const { stdout } = await runProgram(["data", "inspect", evil]);
    expect(stdout).toBe(`── ${evil}:1  id x\nuser\n  a\ufffd[2Jb\n      c\nassistant\n  ok\n\n`);
    const { stdout: two } = await runProgram([
      "data",
      "inspect",
      chats,
      "--begin",
      "1",
      "--count",
      "2",
    ]);
    expect(two.match(/id \w/g)).toEqual(["id b", "id c"]);
    const { stdout: drawn } = await runProgram(["data", "inspect", chats, "--random-n", "4"]);
    expect(drawn.match(/^── /gm)).toHaveLength(4);
  });

  test("convert goes to every format, and back to the same", async () => {
    const openai = join(folder, "openai.jsonl.gz");
    await data("convert", chats, "--to", "openai", "--out", openai);
    const [first] = gunzipSync(readFileSync(openai)).toString().split("\n");
    expect(JSON.parse(first)).toMatchObject({ id: "a", messages: [{ role: "user" }, {}, {}, {}] });
    expect((await data("convert", openai, "--to", "sharegpt")).rows).toEqual(
      rows.map((row) => expect.objectContaining(row)),
    );
    const alpaca = join(folder, "alpaca.json");
    await data("convert", chats, "--to", "alpaca", "--out", alpaca);
    expect((await data("convert", alpaca, "--to", "sharegpt")).rows).toEqual(rows);
  });

  test("convert counts what a format has no place for", async () => {
    const messages = [
      { role: "user", content: "q" },
      { role: "assistant", content: "a", weight: 0 },
    ];
    const file = write("weighted.jsonl", toJsonl([{ messages }, shared("x", "q", "a")]));
    const { said } = await data("convert", file, "--to", "alpaca");
    expect(said).toBe("read 2, kept 1, dropped 1: 1 Alpaca's format has no weights");
  });

  test("identity gives a model its name", async () => {
    const found = await data("identity", "--name", "Ada", "--maker", "us", "--to", "sharegpt");
    expect(found.rows.length).toBeGreaterThan(100);
    expect(found.rows.every(({ conversations }) => /Ada|us/.test(conversations[1].value))).toBe(
      true,
    );
  });

  test("prepare runs the chain", async () => {
    const out = join(folder, "prepared");
    const raw = write(
      "raw.json",
      JSON.stringify([...rows, shared("f", "What is two and two?", "<p>It is four.</p>")]),
    );
    const identity = [
      "--name",
      "Ada",
      "--maker",
      "us",
      "--others",
      "Bob",
      "--other-makers",
      "them",
    ];
    const { said } = await data(
      "prepare",
      raw,
      "--model-path",
      model,
      "--out-dir",
      out,
      "--ratio",
      "0.5",
      ...identity,
    );
    expect(said).toMatch(/^read 7, kept 3, dropped 4: /);
    expect(readdirSync(out).sort()).toEqual([
      "test.jsonl",
      "train.jsonl",
      "train_gpt4.jsonl",
      "train_single.jsonl",
    ]);
    const lines = (name: string) => readFileSync(join(out, name), "utf8").trim().split("\n");
    const questions = 10 * 5 + 7 * 4 + 4 * 3;
    expect(lines("test.jsonl")).toHaveLength(1);
    expect(lines("train.jsonl")).toHaveLength(2 + questions);
    expect(
      lines("train_single.jsonl").every((line) => JSON.parse(line).conversations.length === 2),
    ).toBe(true);
  });

  test("reads a pipe and a folder, and a slice of either", async () => {
    const { stdout, stderr } = await runProgram(
      ["data", "convert", "-", "--begin", "1", "--end", "3"],
      {
        input: toJsonl(rows),
      },
    );
    expect([stdout.split("\n").length - 1, stderr]).toEqual([2, "read 2, kept 2\n"]);
    const inside = mkdtempSync(join(folder, "inside-"));
    for (const name of ["b.jsonl", "a.jsonl"])
      writeFileSync(join(inside, name), toJsonl([shared(name, "q", "a")]));
    expect(ids((await data("merge", inside)).rows)).toEqual(["a.jsonl", "b.jsonl"]);
  });

  test("stops at a bad row, or leaves it out and says so", async () => {
    const bad = write(
      "bad.jsonl",
      toJsonl([rows[0], { conversations: [{ from: "bot", value: "x" }] }, rows[1]]),
    );
    const out = join(folder, "never.jsonl");
    const complaint = `${bad}:2: conversations[0].from: 'bot' is not a role (human, gpt, user, assistant, system, tool …)`;
    const stopped = await runProgram(["data", "convert", bad, "--out", out]);
    expect([stopped.code, stopped.stderr]).toEqual([1, `fastchat: ${complaint}\n`]);
    expect(readdirSync(folder).filter((name) => name.startsWith("never"))).toEqual([]);
    const { said } = await data("convert", bad, "--skip-bad");
    expect(said).toBe(
      `fastchat: 1 bad row was left out:\n  ${complaint}\nread 3, kept 2, dropped 1: 1 bad row`,
    );
  });

  test.for<[() => string[], number, RegExp]>([
    [() => ["clean"], 2, /missing required argument 'file'/],
    [() => ["polish", chats], 2, /unknown tool 'polish'/],
    [() => ["clean", chats, "--keep", "nonsense"], 2, /option '--keep.*' must be one of too short/],
    [() => ["convert", chats, "--to", "csv"], 2, /Allowed choices are sharegpt, openai, alpaca/],
    [() => ["convert", chats, "--out", chats], 2, /option '--out' would overwrite the data/],
    [
      () => ["convert", chats, "--out", `${folder}/x.parquet`],
      2,
      /only \.json and \.jsonl are written/,
    ],
    [() => ["convert", chats, "--out", `${folder}/no/x.json`], 1, /There is no folder/],
    [() => ["convert", `${folder}/none.json`], 1, /There is no file or folder/],
    [() => ["split", "-"], 2, /cannot be stdin/],
    [() => ["split", chats, "--train", `${folder}/s`, "--test", `${folder}/s`], 2, /the same file/],
    [() => ["split", chats, "--train", chats], 2, /option '--train' would overwrite/],
    [() => ["split", chats, "--ratio", "1"], 2, /option '--ratio'/],
    [() => ["language", chats], 2, /say --keep, --skip or --reduce-rep/],
    [() => ["language", chats, "--keep", "en", "--skip", "de"], 2, /contradicts/],
    [() => ["split-long", chats], 2, /option '--model-path' is missing/],
    [() => ["split-long", chats, "--model-path", chats], 1, /chats\.jsonl/],
    [() => ["identity", "--name", "x"], 2, /option '--maker' is missing/],
    [() => ["stats", write("empty.jsonl", "")], 1, /is empty\.$/m],
  ])("says in one line what is wrong", async ([args, exitCode, words]) => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const output = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
    const code = await main(["data", ...args()]); // in this process: there are many of these
    const said = error.mock.calls.map(String);
    const written = output.mock.calls.length;
    vi.restoreAllMocks();
    expect([code, written]).toEqual([exitCode, 0]);
    expect(said).toEqual([expect.stringMatching(words)]);
    expect(said[0]).not.toContain("\n");
  });

  test("leaves a file as it was where the work fails", async () => {
    const out = write("precious.jsonl", "keep me\n");
    const bad = write("late.jsonl", `${toJsonl(Array(5000).fill(rows[0]))}nonsense\n`);
    expect(
      (await runProgram(["data", "clean", bad, "--keep", "same id,same text", "--out", out])).code,
    ).toBe(1);
    expect(readFileSync(out, "utf8")).toBe("keep me\n");
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test.skipIf(!existsSync("/dev/full"))("says that the disk is full", async () => {
    const { code, stderr } = await runProgram(["data", "convert", chats, "--out", "/dev/full"]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^fastchat: ENOSPC.*\n$/)]);
  });

  test("explains itself", async () => {
    const { code, stdout } = await runProgram(["data", "--help"]);
    expect(code).toBe(0);
    for (const tool of ["clean", "split-long", "prepare", "dedup", "inspect"])
      expect(stdout).toContain(`  ${tool} `);
    expect((await runProgram(["data"])).stdout).toBe(stdout);
  });
});
