/** @file All that is asked of the Arena's tables, one statement each. */
import type { EventKind } from "../protocol/arena-event.ts";
import type { StoredAnswer } from "./arena-chat.ts";
import type { Database } from "./database.ts";

export type EventRow = {
  id: number;
  at: number;
  kind: EventKind;
  chat: string | null;
  voter: string | null;
  body: string;
};

export type ArenaStatements = ReturnType<typeof arenaStatements>;

export function arenaStatements(db: Database) {
  const event = "id, at, kind, chat, voter, body";
  return {
    append: db.prepare(
      "INSERT INTO event (at, kind, chat, voter, idempotency_key, body) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    voteKey: db.prepare<[string], { voter: string; key: string }>(
      "SELECT voter, idempotency_key AS key FROM event WHERE chat = ? AND kind = 'vote'",
    ),
    votedOn: db.prepare<[string, number]>(
      `SELECT 1 FROM event
       WHERE voter = ? AND kind = 'vote' AND body ->> '$.battle.prompt_hash' = ?`,
    ),
    events: db.prepare<[number, string], EventRow>(
      `SELECT ${event} FROM event
       WHERE id > ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY id`,
    ),
    eventsOf: db.prepare<[string], EventRow>(
      `SELECT ${event} FROM event WHERE chat = ? ORDER BY id`,
    ),
    countOf: db
      .prepare("SELECT count(*) FROM event WHERE voter = ? AND kind = ? AND at >= ?")
      .pluck(),
    countVotesFrom: db
      .prepare(
        "SELECT count(*) FROM event WHERE kind = 'vote' AND at >= ? AND body ->> 'address' = ?",
      )
      .pluck(),
    session: db.prepare<[string], { voter: string; terms: string | null; research: number }>(
      "SELECT voter, terms, research FROM session WHERE id = ?",
    ),
    addSession: db.prepare("INSERT INTO session (id, voter, created_at) VALUES (?, ?, ?)"),
    setConsent: db.prepare("UPDATE session SET terms = ?, research = ? WHERE voter = ?"),
    addChat: db.prepare("INSERT INTO chat (id, voter, settings, created_at) VALUES (?, ?, ?, ?)"),
    setPrompt: db.prepare(
      "INSERT OR REPLACE INTO prompt (chat, turn, text, images) VALUES (?, ?, ?, ?)",
    ),
    setAnswer: db.prepare(
      `INSERT OR REPLACE INTO answer
         (chat, turn, seat, status, error, text, reasoning, ttft_ms, total_ms, tokens)
       VALUES (@chat, @turn, @seat, @status, @error, @text, @reasoning, @ttftMs, @totalMs, @tokens)`,
    ),
    chat: db.prepare<[string], { voter: string; settings: string; createdAt: number }>(
      "SELECT voter, settings, created_at AS createdAt FROM chat WHERE id = ?",
    ),
    prompts: db.prepare<[string], { text: string; images: string }>(
      "SELECT text, images FROM prompt WHERE chat = ? ORDER BY turn",
    ),
    answers: db.prepare<[string], StoredAnswer>(
      `SELECT turn, seat, status, error, text, reasoning,
              ttft_ms AS ttftMs, total_ms AS totalMs, tokens
       FROM answer WHERE chat = ? ORDER BY turn, seat`,
    ),
    lastBattle: db
      .prepare(
        `SELECT id FROM chat WHERE voter = ? AND settings ->> 'mode' = 'battle'
         ORDER BY created_at DESC, rowid DESC LIMIT 1`,
      )
      .pluck(),
    addShare: db.prepare("INSERT OR IGNORE INTO share (id, chat) VALUES (?, ?)"),
    shareOf: db.prepare("SELECT id FROM share WHERE chat = ?").pluck(),
    shared: db.prepare("SELECT chat FROM share WHERE id = ?").pluck(),
    unshare: db.prepare("DELETE FROM share WHERE id = ?"),
    addSalt: db.prepare("INSERT OR IGNORE INTO salt (day, salt) VALUES (?, ?)"),
    dropSalts: db.prepare("DELETE FROM salt WHERE day < ?"),
    salt: db.prepare("SELECT salt FROM salt WHERE day = ?").pluck(),
    addSecret: db.prepare("INSERT OR IGNORE INTO secret (name, value) VALUES (?, ?)"),
    secret: db.prepare("SELECT value FROM secret WHERE name = ?").pluck(),
  };
}
