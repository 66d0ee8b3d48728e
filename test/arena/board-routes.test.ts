import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BallotBox } from "../../src/arena/board/ballot-box.ts";
import { Board } from "../../src/arena/board/board.ts";
import { Sampling } from "../../src/arena/board/sampling.ts";
import { boardRoutes } from "../../src/arena/board-routes.ts";
import { createApp } from "../../src/http/app.ts";
import type { BoardView, PlotsView } from "../../src/protocol/arena.ts";
import { ArenaConfig, ArenaModel } from "../../src/protocol/arena-config.ts";
import { freshStore, playArena } from "./played-arena.ts";

let arena: ReturnType<typeof freshStore>;
let app: ReturnType<typeof createApp>;

const models = {
  info: (name: string) => ({
    ...{ name, organisation: null, licence: null, link: null, price_input: null },
    ...{ price_output: null, context: null, knowledge_cutoff: null, vision: false },
  }),
  settings: () => ArenaModel.parse({}),
};

beforeAll(() => {
  arena = freshStore();
  playArena(arena.store, { votes: 150 });
  const settings = ArenaConfig.parse({}).board;
  const board = new Board(new BallotBox(arena.store, settings), settings, models);
  const sampling = new Sampling(arena.store);
  app = createApp().route("/", boardRoutes({ board, sampling, shares: () => new Map() }));
});
afterAll(() => arena.remove());

describe("GET /api/leaderboard", () => {
  test("answers a board", async () => {
    const view = (await (
      await app.request("/api/leaderboard?since=&language=")
    ).json()) as BoardView;
    expect(view.board.models).toHaveLength(10);
    expect(view.command).toBe("fastchat rank battles.jsonl --daily-cap 100 --dedup");
    const styled = await app.request("/api/leaderboard?style=1&category=german&language=O'Brien");
    expect(((await styled.json()) as BoardView).command).toBe(
      "fastchat rank battles.jsonl --category german --language 'O'\\''Brien' --daily-cap 100 --dedup --style-control",
    );
  });

  test.for(["category=nonsense", "style=2", "since=yesterday"])("refuses %s", async (query) => {
    for (const path of ["", ".csv", "/plots"])
      expect((await app.request(`/api/leaderboard${path}?${query}`)).status).toBe(400);
  });
});

describe("GET /api/leaderboard.csv", () => {
  test("answers a file with a record per model", async () => {
    const response = await app.request("/api/leaderboard.csv");
    expect(response.headers.get("content-disposition")).toContain("leaderboard.csv");
    expect((await response.text()).split("\r\n")).toHaveLength(12);
  });
});

describe("GET /api/leaderboard/plots", () => {
  test("answers what the plots are drawn from, unvoted battles too", async () => {
    const plots = (await (await app.request("/api/leaderboard/plots")).json()) as PlotsView;
    expect(plots.models).toHaveLength(10);
    expect(plots.sampling.reduce((sum, { battles }) => sum + battles, 0)).toBe(300);
  });
});
