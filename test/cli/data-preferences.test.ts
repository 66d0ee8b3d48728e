/** @file `fastchat data preferences` from the command line: the Arena's database or a release in. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arenaRecords } from "../../src/battles/battle-records.ts";
import { castVote, drawBallots, freshStore, playArena } from "../arena/played-arena.ts";
import { runProgram } from "./program.ts";

let folder: string;
let arena: ReturnType<typeof freshStore>;
let release: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-preferences-"));
  arena = freshStore();
  playArena(arena.store, { votes: 80, voters: 10 });
  const [failed] = drawBallots({ votes: 1, seed: 99 });
  if (failed) castVote(arena.store, { ...failed, tags: ["failed"] });
  release = join(folder, "battles.jsonl");
  const lines: string[] = [];
  for await (const record of arenaRecords(arena.store, { onProgress: () => {} }))
    lines.push(`${JSON.stringify(record)}\n`);
  writeFileSync(release, lines.join(""));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  arena.remove();
});

async function preferences(...args: string[]) {
  const { code, stdout, stderr } = await runProgram(["data", "preferences", ...args]);
  return { code, rows: toRows(stdout), said: stderr.replaceAll("\u00a0", " ").trim() };
}

const toRows = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const inFolder = (name: string) => join(folder, name);
const read = (name: string) => toRows(readFileSync(inFolder(name), "utf8"));

describe("fastchat data preferences", () => {
  test("says the same of the database and of its release", async () => {
    const ofDatabase = await preferences("--data-dir", arena.folder);
    expect(ofDatabase.code).toBe(0);
    expect(ofDatabase.rows.length).toBeGreaterThan(30);
    expect(ofDatabase.said).toMatch(/^read 81, kept \d+, dropped \d+: .*1 held back/);
    expect(ofDatabase.said).toMatch(/without texts/);
    expect(Object.keys(ofDatabase.rows[0])).toEqual(["prompt", "chosen", "rejected"]);
    expect(await preferences(release)).toEqual(ofDatabase);
  });

  test("splits so that no prompt is on both sides", async () => {
    const args = [release, "--split", "0.3", "--format", "kto", "--out", inFolder("kto.jsonl")];
    expect((await preferences(...args)).said).toMatch(
      /wrote \d+ in .*kto_train.jsonl\nwrote \d+ in/,
    );
    const [train, held] = ["kto_train.jsonl", "kto_test.jsonl"].map(read);
    expect([train?.length, held?.length].every((count) => Number(count) > 5)).toBe(true);
    const promptsOf = (rows: { prompt: unknown }[] = []) =>
      rows.map((row) => JSON.stringify(row.prompt));
    const known = new Set(promptsOf(train));
    expect(promptsOf(held).filter((prompt) => known.has(prompt))).toEqual([]);
    expect(new Set(train?.map(({ label }) => label))).toEqual(new Set([true, false]));
  });

  test("writes a release, with every text through the module that is named", async () => {
    const module = inFolder("scrub.mjs");
    writeFileSync(module, 'export const scrub = (text) => text.replace(/\\d+/g, "[number]");');
    const out = inFolder("release.jsonl.gz");
    const args = ["--format", "human-preference", "--pii", module, "--salt", "a long salt"];
    const { code } = await preferences(release, ...args, "--out", out);
    expect(code).toBe(0);
    const rows = toRows(gunzipSync(readFileSync(out)).toString());
    expect(rows.length).toBeGreaterThan(40);
    expect(JSON.stringify(rows[0].conversation_a)).toContain("[number]");
    const again = await preferences(release, ...args);
    expect(again.rows).toEqual(rows);
  });

  test.for([
    ["a folder without an Arena", ["--data-dir", tmpdir()], /There is no Arena in/],
    ["a split to stdout", ["--split", "0.1"], /--split' writes two files/],
    ["a salt that salts nothing", ["--salt", "12345678"], /--salt' goes with/],
    ["a module without scrub", ["--pii", "package.json"], /--pii/],
    ["a share that is none", ["--split", "2"], /--split' must be/],
  ] as const)("refuses %s", async ([, args, why]) => {
    const { code, said } = await preferences(...args);
    expect([code === 0, said]).toEqual([false, expect.stringMatching(why)]);
  });

  test("refuses to write over what it reads", async () => {
    const before = readFileSync(release, "utf8");
    const { code, said } = await preferences(release, "--out", release);
    expect([code === 0, said]).toEqual([false, expect.stringMatching(/would overwrite/)]);
    expect(readFileSync(release, "utf8")).toBe(before);
  });

  test("stops at a row that is no battle, or counts it", async () => {
    const bad = inFolder("bad.jsonl");
    writeFileSync(bad, `{"model_a": "x"}\n${readFileSync(release, "utf8")}`);
    expect((await preferences(bad)).said).toMatch(/bad\.jsonl:1: /);
    expect((await preferences(bad, "--skip-bad")).said).toMatch(/^read 82, .*1 no battle/);
  });

  test("a module that fails keeps everything in", async () => {
    const module = inFolder("broken.mjs");
    writeFileSync(module, 'export function scrub() { throw new Error("no dictionary"); }');
    const { code, rows, said } = await preferences(release, "--pii", module);
    expect([code === 0, rows, said]).toEqual([false, [], expect.stringMatching(/no dictionary/)]);
  });

  test("shows examples", async () => {
    const { stdout } = await runProgram(["data", "preferences", "--help"]);
    expect(stdout).toContain("fastchat data preferences --out votes.jsonl");
  });
});
