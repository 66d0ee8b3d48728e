/** @file The tables of what the Arena remembers. */

/** `arenaMigrations[n]` takes version n to n + 1. Append; never edit one that has shipped. */
export const arenaMigrations = [
  `CREATE TABLE event (
     id    INTEGER PRIMARY KEY AUTOINCREMENT,
     at    INTEGER NOT NULL, -- Unix time, ms
     kind  TEXT NOT NULL,
     chat  TEXT,
     voter TEXT,
     idempotency_key TEXT,
     body  TEXT NOT NULL CHECK (json_valid(body))
   ) STRICT;
   CREATE UNIQUE INDEX one_vote_a_battle ON event (chat) WHERE kind = 'vote';
   CREATE UNIQUE INDEX one_vote_a_key ON event (voter, idempotency_key) WHERE kind = 'vote';
   CREATE INDEX event_by_kind ON event (kind, id);
   CREATE INDEX vote_by_address ON event (body ->> 'address', at) WHERE kind = 'vote';
   CREATE INDEX vote_by_prompt ON event (voter, body ->> '$.battle.prompt_hash') WHERE kind = 'vote';
   CREATE INDEX event_by_chat ON event (chat);
   CREATE INDEX event_by_voter ON event (voter, kind, at);
   CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
     BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
   CREATE TRIGGER event_is_never_erased BEFORE DELETE ON event
     BEGIN SELECT raise(ABORT, 'the log is append-only'); END;

   CREATE TABLE session (
     id         TEXT PRIMARY KEY, -- SHA-256 of the cookie
     voter      TEXT NOT NULL UNIQUE, -- what the log calls it
     terms      TEXT, -- the version agreed to
     research   INTEGER NOT NULL DEFAULT 0,
     created_at INTEGER NOT NULL
   ) STRICT;

   CREATE TABLE chat (
     id       TEXT PRIMARY KEY,
     voter    TEXT NOT NULL,
     settings TEXT NOT NULL, -- JSON: mode, models, system, sampling, history
     created_at INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX chat_by_voter ON chat (voter, created_at);

   CREATE TABLE prompt (
     chat   TEXT NOT NULL,
     turn   INTEGER NOT NULL,
     text   TEXT NOT NULL,
     images TEXT NOT NULL, -- JSON: data URLs
     PRIMARY KEY (chat, turn)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE answer (
     chat      TEXT NOT NULL,
     turn      INTEGER NOT NULL,
     seat      TEXT NOT NULL,
     status    TEXT NOT NULL,
     error     TEXT,
     text      TEXT NOT NULL,
     reasoning TEXT NOT NULL,
     ttft_ms   REAL,
     total_ms  REAL,
     tokens    INTEGER,
     PRIMARY KEY (chat, turn, seat)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE share (
     id   TEXT PRIMARY KEY,
     chat TEXT NOT NULL UNIQUE
   ) STRICT;

   CREATE TABLE salt (
     day  TEXT PRIMARY KEY, -- 2026-11-28
     salt BLOB NOT NULL
   ) STRICT;

   CREATE TABLE secret (
     name  TEXT PRIMARY KEY,
     value BLOB NOT NULL
   ) STRICT`,
];
