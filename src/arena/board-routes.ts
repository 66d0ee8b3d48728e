/** @file `GET /api/leaderboard`, its `.csv` and its plots. */
import { type Context, Hono } from "hono";
import { BoardQuery } from "../protocol/arena.ts";
import type { Board } from "./board/board.ts";
import { toCsv } from "./board/csv.ts";
import type { Sampling } from "./board/sampling.ts";
import { assertCategory, readQuery } from "./query.ts";

export type BoardRoutesOptions = {
  board: Board;
  sampling: Sampling;
  /** How likely a battle now would draw each model. */
  shares: () => ReadonlyMap<string, number>;
};

export function boardRoutes({ board, sampling, shares }: BoardRoutesOptions): Hono {
  return new Hono()
    .get("/api/leaderboard", async (c) => c.json(await board.view(readBoardQuery(c))))
    .get("/api/leaderboard.csv", async (c) => {
      const csv = toCsv(await board.view(readBoardQuery(c)));
      return c.body(csv, 200, {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="leaderboard.csv"',
      });
    })
    .get("/api/leaderboard/plots", async (c) =>
      c.json(await board.plots(readBoardQuery(c), sampling, shares())),
    );
}

function readBoardQuery(c: Context): BoardQuery {
  const query = readQuery(c, BoardQuery);
  assertCategory(query.category);
  return query;
}
