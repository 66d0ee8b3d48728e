/** @file The leaderboard, and that `fastchat rank` on the released file gives the very same one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BallotBox } from "../../../src/arena/board/ballot-box.ts";
import { Board } from "../../../src/arena/board/board.ts";
import { toCsv } from "../../../src/arena/board/csv.ts";
import { Sampling } from "../../../src/arena/board/sampling.ts";
import { BoardQuery } from "../../../src/protocol/arena.ts";
import { ArenaConfig, ArenaModel } from "../../../src/protocol/arena-config.ts";
import type { Leaderboard } from "../../../src/protocol/leaderboard.ts";
import { runProgram } from "../../cli/program.ts";
import { type Ballot, castVote, drawBallots, firstVoteAt, freshStore } from "../played-arena.ts";

const settings = ArenaConfig.parse({ board: { daily_cap: 8 } }).board;

/** A model that is called like a formula. */
const formula = "=SUM(1,2)";

const models = {
  info: (name: string) => ({
    name,
    organisation: 'Say "hi", Ltd.',
    licence: null,
    link: null,
    price_input: null,
    price_output: name === "fjord-8b" ? 0.5 : null,
    context: 4096,
    knowledge_cutoff: null,
    vision: false,
  }),
  settings: (name: string) => ArenaModel.parse({ retired: name === "delta-13b" }),
};

let arena: ReturnType<typeof freshStore>;
let box: BallotBox;
let board: Board;
let folder: string;

/** Honest votes, a shill, tagged votes, and one prompt far too often. */
function ballots(): Ballot[] {
  const played = drawBallots({ votes: 900, stepMs: 200_000 });
  return played.map((ballot, i) => {
    if (i % 50 === 1) return { ...ballot, tags: ["failed"] };
    if (i % 9 === 2) return { ...ballot, prompts: ["Hello!"] };
    if (i % 30 !== 3) return ballot;
    const [rival] = ballot.models;
    return { ...ballot, voter: "shill", models: [rival, "juniper-1b"], winner: "model_b" };
  });
}

beforeAll(() => {
  arena = freshStore();
  for (const ballot of ballots())
    if (ballot.models[0] !== ballot.models[1]) castVote(arena.store, ballot);
  box = new BallotBox(arena.store, settings);
  board = new Board(box, settings, models);
  folder = mkdtempSync(join(tmpdir(), "fastchat-board-"));
});
afterAll(() => {
  arena.remove();
  rmSync(folder, { recursive: true });
});

const ask = (query: object = {}) => board.view(BoardQuery.parse(query));

describe("Board", () => {
  test.for([
    {},
    { style: "1" },
    { category: "multiturn" },
    { language: "German", style: "1" },
    { language: "zh", category: "no_tie" },
    {
      since: firstVoteAt / 1000 + 20_000.5,
      until: firstVoteAt / 1000 + 150_000,
    },
  ])("is what its command makes of the released file: %j", async (query) => {
    const view = await ask(query);
    const file = join(folder, "battles.jsonl");
    writeFileSync(file, box.lines(box.ballots).join(""));
    const json = join(folder, "board.json");
    const [program, ...args] = view.command.split(" ");
    expect(program).toBe("fastchat");
    const named = args.map((arg) => (arg === "battles.jsonl" ? file : arg));
    const { code, stderr } = await runProgram([...named, "--json", json]);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    const ranked = JSON.parse(readFileSync(json, "utf8")) as Leaderboard;
    expect(JSON.parse(JSON.stringify(view.board))).toEqual(ranked);
    expect(view.board.models.length).toBe(10);
    expect(view.board.counts.dropped.quarantined).toBeGreaterThan(30);
  });

  test("says what is known of the models: new ones are provisional, some are retired", async () => {
    const { models: known, board: shown } = await ask();
    expect(known["delta-13b"]).toMatchObject({ retired: true, provisional: false, context: 4096 });
    expect(Object.keys(known).sort()).toEqual(shown.models.map(({ model }) => model).sort());
    const { models: few } = await ask({ language: "Chinese" });
    expect(few["delta-13b"]?.provisional).toBe(true);
  });

  test("counts battles by category and language, and offers none without", async () => {
    const { categories, languages } = await ask();
    const [all] = categories;
    expect(all).toMatchObject({ name: "full", title: "Overall" });
    expect(all?.battles).toBe(box.ballots.battles.length);
    const names = categories.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["multiturn", "german", "no_tie"]));
    expect(names).not.toContain("math");
    expect(languages.map(({ name }) => name)).toEqual(["English", "German", "Chinese"]);
    expect(languages.reduce((sum, { battles }) => sum + battles, 0)).toBe(all?.battles);
  });

  test("offers only the categories that are configured", async () => {
    const few = { ...settings, categories: ["german", "math"] };
    const view = await new Board(box, few, models).view(BoardQuery.parse({}));
    expect(view.categories.map(({ name }) => name)).toEqual(["full", "german"]);
  });

  test("tells the rank with style the other way round, and over all", async () => {
    const [plain, styled] = [await ask(), await ask({ style: "1" })];
    const ranksOf = ({ board: { models: rows } }: typeof plain) =>
      Object.fromEntries(rows.map(({ model, rank }) => [model, rank]));
    expect(plain.other_style_rank).toEqual(ranksOf(styled));
    expect(styled.other_style_rank).toEqual(ranksOf(plain));
    expect((await ask({ language: "German" })).overall_rank).toEqual(ranksOf(plain));
  });

  test("follows each vote, and answers the same question once", async () => {
    const store = freshStore();
    const own = new BallotBox(store.store, settings);
    const live = new Board(own, settings, models);
    expect((await live.view(BoardQuery.parse({}))).board.models).toEqual([]);
    const standing = async () => (await live.standings()).get("atlas-70b");
    expect(await standing()).toBeUndefined();
    for (const ballot of drawBallots({ votes: 200 })) castVote(store.store, ballot);
    const before = await standing();
    expect(before).toMatchObject({ rank: 1, rating: expect.any(Number) });
    const [next] = drawBallots({ votes: 1, seed: 4 });
    if (next)
      castVote(store.store, { ...next, models: ["atlas-70b", "iris-3b"], winner: "model_b" });
    const after = await standing();
    expect(after?.battles).toBe(Number(before?.battles) + 1);
    expect(after?.rating).toBeLessThan(Number(before?.rating));
    store.remove();
  });

  test("draws plots of the same models, in the order of the board", async () => {
    const plots = await board.plots(
      BoardQuery.parse({ style: "1" }),
      new Sampling(arena.store),
      new Map([["atlas-70b", 0.2]]),
    );
    const { board: shown } = await ask({ style: "1" });
    expect(plots.models).toEqual(shown.models.map(({ model }) => model));
    expect(plots.win_fraction).toHaveLength(10);
    expect(plots.battle_count[0]?.[1]).toBe(plots.battle_count[1]?.[0]);
    expect(Number(plots.predicted[0]?.[9])).toBeGreaterThan(0.5);
    expect(plots.history.length).toBeGreaterThan(10);
    expect(plots.history.at(-1)?.ratings).toHaveLength(10);
    expect(plots.style.map(({ feature }) => feature)).toEqual(["length", "header", "list", "bold"]);
    expect(plots.sampling).toEqual([{ model: "atlas-70b", battles: 0, share: 0.2 }]);
    expect(plots.price_output[plots.models.indexOf("fjord-8b")]).toBe(0.5);
  });
});

describe("toCsv", () => {
  test("has a record per model, and nothing that a spreadsheet would run", async () => {
    const view = await ask();
    const [first] = view.board.models;
    const row = { ...first, model: formula } as Leaderboard["models"][number];
    const known = { [formula]: { ...models.info(formula), provisional: true, retired: false } };
    const csv = toCsv({ ...view, board: { ...view.board, models: [row] }, models: known });
    const [header, record, end] = csv.split("\r\n");
    expect(header).toMatch(/^model,rating,lower,upper,rank,.*,organisation,.*,retired$/);
    expect(record).toMatch(/^"'=SUM\(1,2\)",\d+\.\d+,.*,"Say ""hi"", Ltd\.",.*,4096,,true,false$/);
    expect(end).toBe("");
  });
});
