import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BallotBox } from "../../src/arena/board/ballot-box.ts";
import { explorerRoutes } from "../../src/arena/explorer-routes.ts";
import { createApp } from "../../src/http/app.ts";
import type { BattlePage, BattleView } from "../../src/protocol/arena.ts";
import { ArenaConfig } from "../../src/protocol/arena-config.ts";
import { BattleRecord } from "../../src/protocol/battle.ts";
import { type Ballot, castVote, drawBallots, freshStore, playArena } from "./played-arena.ts";

let arena: ReturnType<typeof freshStore>;
let ballots: Ballot[];
let box: BallotBox;

beforeAll(() => {
  arena = freshStore();
  ballots = playArena(arena.store, { votes: 120, voters: 12, research: 0.6 });
  box = new BallotBox(arena.store, ArenaConfig.parse({}).board);
});
afterAll(() => arena.remove());

type Explorer = "everyone" | "admin" | "nobody";

function ask(path: string, { explorer = "everyone", admin = false } = {}) {
  const options = { store: arena.store, box, explorer: explorer as Explorer, isAdmin: () => admin };
  return createApp().route("/", explorerRoutes(options)).request(path);
}

async function page(query = ""): Promise<BattlePage> {
  const response = await ask(`/api/battles${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as BattlePage;
}

async function pages(query: string): Promise<string[]> {
  const ids: string[] = [];
  for (let before = ""; ; ) {
    const { battles, next } = await page(`?limit=7${query}${before}`);
    ids.push(...battles.map(({ id }) => id));
    if (next === null) return ids;
    before = `&before=${next}`;
  }
}

const agreed = () => ballots.filter(({ research }) => research).toReversed();
const idsOf = (some: readonly Ballot[]) => some.map(({ chat }) => chat);

describe("GET /api/battles", () => {
  test("shows the battles of those who agreed, newest first, page by page", async () => {
    expect(await pages("")).toEqual(idsOf(agreed()));
    const [first] = (await page()).battles;
    const [newest] = agreed();
    expect(first).toMatchObject({
      model_a: newest?.models[0],
      winner: newest?.winner,
      prompt: newest?.prompts[0],
      turns: newest?.prompts.length,
      tags: [],
    });
  });

  test.for([
    ["model=atlas-70b", (one: Ballot) => one.models.includes("atlas-70b")],
    [
      "model=atlas-70b&rival=iris-3b",
      (one: Ballot) => one.models.includes("atlas-70b") && one.models.includes("iris-3b"),
    ],
    ["winner=both_bad", (one: Ballot) => one.winner === "both_bad"],
    ["category=german", (one: Ballot) => one.language === "German"],
    ["language=chinese", (one: Ballot) => one.language === "Chinese"],
    ["text=SOURDOUGH", (one: Ballot) => one.prompts.join().includes("sourdough")],
    ["text=100%25", () => false],
  ] as const)("finds by %s", async ([query, isMeant]) => {
    expect(await pages(`&${query}`)).toEqual(idsOf(agreed().filter(isMeant)));
  });

  test.for(["category=nonsense", "limit=1000", "winner=me"])("refuses %s", async (query) => {
    expect((await ask(`/api/battles?${query}`)).status).toBe(400);
  });

  test("is there for whom the configuration says", async () => {
    const statuses = async (explorer: Explorer) => [
      (await ask("/api/battles", { explorer })).status,
      (await ask("/api/battles", { explorer, admin: true })).status,
    ];
    expect(await statuses("everyone")).toEqual([200, 200]);
    expect(await statuses("admin")).toEqual([404, 200]);
    expect(await statuses("nobody")).toEqual([404, 404]);
  });
});

describe("GET /api/battles/:id", () => {
  test("shows both conversations", async () => {
    const [one] = agreed() as [Ballot];
    const view = (await (await ask(`/api/battles/${one.chat}`)).json()) as BattleView;
    expect(view.prompts.map(({ text }) => text)).toEqual(one.prompts);
    expect(view.answers).toEqual([
      { model: one.models[0], seat: "a", texts: one.answers[0] },
      { model: one.models[1], seat: "b", texts: one.answers[1] },
    ]);
  });

  test("knows none whose voter did not agree, that is held back, flagged or forgotten", async () => {
    const own = freshStore();
    const [quiet, held, flagged, forgotten, shown] = drawBallots({
      votes: 5,
      voters: 500,
      seed: 8,
    });
    const all = [quiet, held, flagged, forgotten, shown] as Ballot[];
    playOnto(
      own.store,
      all.map((one) => ({ ...one, research: one !== quiet })),
      flagged,
    );
    own.store.append("quarantine", { battle: held?.chat ?? "", voter: null, reason: "" });
    own.store.forget(forgotten?.voter ?? "");
    const routes = explorerRoutes({
      store: own.store,
      box: new BallotBox(own.store, ArenaConfig.parse({}).board),
      explorer: "everyone",
      isAdmin: () => true,
    });
    const app = createApp().route("/", routes);
    const statuses = await Promise.all(
      all.map(async ({ chat }) => (await app.request(`/api/battles/${chat}`)).status),
    );
    expect(statuses).toEqual([404, 404, 404, 404, 200]);
    expect((await app.request("/api/battles/none")).status).toBe(404);
    const { battles } = (await (await app.request("/api/battles")).json()) as BattlePage;
    expect(battles.map(({ id }) => id)).toEqual([shown?.chat]);
    own.remove();
  });
});

/** Each with its texts; one of them flagged by moderation. */
function playOnto(store: typeof arena.store, some: readonly Ballot[], flagged: Ballot | undefined) {
  for (const ballot of some) {
    store.addSession(`session-${ballot.voter}`, ballot.voter);
    const settings = { models: [...ballot.models], system: null, sampling: {}, history: [] };
    store.addChat(
      ballot.chat,
      ballot.voter,
      { mode: "battle", ...settings },
      {
        mode: "battle",
        models: [...ballot.models],
        pair_probability: 0.1,
        continues: null,
        preset: false,
        images: false,
      },
    );
    castVote(store, { ...ballot, tags: ballot.chat === flagged?.chat ? ["flagged"] : [] });
  }
}

describe("GET /api/battles.jsonl", () => {
  const linesOf = async (response: Response) =>
    (await response.text())
      .split("\n")
      .filter(Boolean)
      .map((line) => BattleRecord.parse(JSON.parse(line)));

  test("has every vote as it is rated, and nobody's text", async () => {
    const response = await ask("/api/battles.jsonl", { explorer: "nobody" });
    expect(response.headers.get("content-type")).toContain("x-ndjson");
    const records = await linesOf(response);
    expect(records.map((one) => one.question_id)).toEqual(idsOf(ballots));
    expect(records[0]).toMatchObject({ judge: ballots[0]?.voter, winner: ballots[0]?.winner });
    expect(JSON.stringify(records)).not.toMatch(/conversation_|sourdough|address/);
  });

  test("has texts for the admin, of those who agreed", async () => {
    expect((await ask("/api/battles.jsonl?texts=1")).status).toBe(404);
    const records = await linesOf(await ask("/api/battles.jsonl?texts=1", { admin: true }));
    const told = records.filter((one) => one.conversation_a && one.conversation_b);
    expect(told.map((one) => one.question_id)).toEqual(idsOf(agreed().toReversed()));
    const [first] = agreed().toReversed() as [Ballot];
    expect(told[0]?.conversation_a).toEqual(
      first.prompts.flatMap((content, turn) => [
        { role: "user", content },
        { role: "assistant", content: first.answers[0][turn] },
      ]),
    );
  });

  test("names no column that battles do not have", () => {
    const source = readFileSync(new URL("../../src/protocol/battle.ts", import.meta.url), "utf8");
    for (const name of Object.keys(JSON.parse(box.lines(box.ballots)[0] ?? "{}")))
      expect(source).toContain(`${name}:`);
  });
});
