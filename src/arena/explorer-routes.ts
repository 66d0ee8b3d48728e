/**
 * @file Battles to read: `GET /api/battles`, one of them, and `/api/battles.jsonl`, the release.
 *
 * Texts are shown only of those who agreed to that and did not take it back. The release without
 * texts is everybody's: from it anybody can compute the board.
 */
import { type Context, Hono } from "hono";
import type { CastVote } from "../battles/arena-battles.ts";
import { mayShow, recordWithTexts } from "../battles/arena-texts.ts";
import { NotFoundError } from "../errors/resource-errors.ts";
import { type BattlePage, type BattleSummary, ExplorerQuery } from "../protocol/arena.ts";
import type { ArenaConfig } from "../protocol/arena-config.ts";
import { categoryBit } from "../rating/categories.ts";
import type { ArenaStore } from "../store/arena-store.ts";
import type { BallotBox } from "./board/ballot-box.ts";
import { toBattleView, toSummary } from "./board/battle-views.ts";
import { assertCategory, readQuery } from "./query.ts";

export type ExplorerRoutesOptions = {
  store: ArenaStore;
  box: BallotBox;
  /** Who may look. */
  explorer: ArenaConfig["explorer"];
  isAdmin: (c: Context) => boolean;
};

export function explorerRoutes(options: ExplorerRoutesOptions): Hono {
  const { store, box, isAdmin } = options;
  return new Hono()
    .get("/api/battles", (c) => {
      assertMayLook(c, options);
      const query = readQuery(c, ExplorerQuery);
      if (query.category !== undefined) assertCategory(query.category);
      return c.json(findBattles(store, box, query));
    })
    .get("/api/battles.jsonl", (c) => {
      const withTexts = c.req.query("texts") === "1";
      if (withTexts && !isAdmin(c)) throw new NotFoundError("file");
      return streamLines(c, withTexts ? linesWithTexts(store, box) : box.lines(box.ballots));
    })
    .get("/api/battles/:id", (c) => {
      assertMayLook(c, options);
      const vote = box.log.voteOn(c.req.param("id"));
      const chat = vote && isShown(box, vote) ? store.chat(vote.chat) : undefined;
      if (!vote || !chat) throw new NotFoundError("battle");
      return c.json(toBattleView(vote, chat));
    });
}

function assertMayLook(c: Context, { explorer, isAdmin }: ExplorerRoutesOptions): void {
  const may = explorer === "everyone" || (explorer === "admin" && isAdmin(c));
  if (!may) throw new NotFoundError("page");
}

function isShown(box: BallotBox, vote: CastVote): boolean {
  return mayShow(box.log, vote) && box.isPublished(vote) && !isQuarantined(box, vote);
}

/** What only does not rate, since an answer failed or said who it is, may still be read. */
function isQuarantined(box: BallotBox, vote: CastVote): boolean {
  const hold = box.log.holdOf(vote);
  return hold !== null && hold !== "identity" && hold !== "failed";
}

/** Newest first. */
function findBattles(store: ArenaStore, box: BallotBox, query: ExplorerQuery): BattlePage {
  const asked = matcherOf(query);
  const saying = query.text ? new Set(store.statistics.chatsSaying(query.text)) : null;
  const battles: BattleSummary[] = [];
  let last = 0;
  for (const vote of box.log.votes.toReversed()) {
    if (query.before !== undefined && vote.id >= query.before) continue;
    if (!asked(vote) || saying?.has(vote.chat) === false || !isShown(box, vote)) continue;
    if (battles.length === query.limit) return { battles, next: last };
    const chat = store.chat(vote.chat);
    if (chat === undefined) continue;
    battles.push(toSummary(vote, chat));
    last = vote.id;
  }
  return { battles, next: null };
}

/** Whether a battle is one of those asked for, as far as its record tells. */
function matcherOf({ model, rival, winner, category, language }: ExplorerQuery) {
  const bit = category === undefined ? null : categoryBit(category);
  const spoken = language?.toLowerCase();
  return ({ record, rated }: CastVote): boolean => {
    const names = [record.model_a, record.model_b];
    const isPair = [model, rival].every((name) => name === undefined || names.includes(name));
    return (
      isPair &&
      (winner === undefined || record.winner === winner) &&
      (bit === null || (rated.categories & bit) !== 0) &&
      (spoken === undefined || rated.language?.toLowerCase() === spoken)
    );
  };
}

function* linesWithTexts(store: ArenaStore, box: BallotBox): Generator<string> {
  const { votes } = box.ballots;
  for (const vote of votes) yield `${JSON.stringify(recordWithTexts(store, box.log, vote))}\n`;
}

/** Lines are made as fast as the client takes them. */
function streamLines(c: Context, lines: Iterable<string>): Response {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.iterator]();
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { lines: text, isLast } = nextChunk(iterator);
      if (text !== "") controller.enqueue(encoder.encode(text));
      if (isLast) controller.close();
    },
  });
  return c.body(stream, 200, {
    "content-type": "application/x-ndjson; charset=utf-8",
    "content-disposition": 'attachment; filename="battles.jsonl"',
  });
}

const linesInChunk = 200;

function nextChunk(iterator: Iterator<string>): { lines: string; isLast: boolean } {
  let lines = "";
  for (let count = 0; count < linesInChunk; count++) {
    const next = iterator.next();
    if (next.done) return { lines, isLast: true };
    lines += next.value;
  }
  return { lines, isLast: false };
}
