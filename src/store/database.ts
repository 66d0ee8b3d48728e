/** @file Opens a SQLite file the way everything of ours that must not be lost needs it. */
import SQLite from "better-sqlite3";

export type Database = SQLite.Database;

/** Earlier versions may corrupt a WAL file when two connections write at once. */
const oldestSQLite = [3, 51, 3];

export type OpenOptions = {
  /** How long to wait for another process's lock. */
  busyMs?: number;
  /** Keeps every other process out for as long as the file is open. */
  exclusive?: boolean;
};

/**
 * Opens or makes the file, in WAL mode, synced at every commit, at the newest schema.
 *
 * @param migrations `migrations[n]` takes version n to n + 1. Append; never edit a shipped one.
 * @throws {Error} the file is of a newer schema, or locked for longer than `busyMs`, default 5 s.
 */
export function openDatabase(
  file: string,
  migrations: readonly string[],
  { busyMs = 5000, exclusive = false }: OpenOptions = {},
): Database {
  const db = new SQLite(file, { timeout: busyMs });
  try {
    assertSound(db);
    // Before WAL is first touched, or the lock would not be exclusive.
    if (exclusive) db.pragma("locking_mode = EXCLUSIVE");
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL"); // better-sqlite3 defaults to NORMAL: a power cut may undo a commit
    db.pragma("foreign_keys = ON");
    db.pragma("trusted_schema = OFF");
    migrate(db, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function assertSound(db: Database): void {
  const version = db.prepare("SELECT sqlite_version()").pluck().get() as string;
  if (isOlder(version.split(".").map(Number), oldestSQLite))
    throw new Error(
      `SQLite ${version} may corrupt its files; ${oldestSQLite.join(".")} is needed.`,
    );
}

function isOlder(version: readonly number[], than: readonly number[]): boolean {
  const at = than.findIndex((part, i) => part !== version[i]);
  return at !== -1 && (version[at] ?? 0) < (than[at] ?? 0);
}

function migrate(db: Database, migrations: readonly string[]): void {
  const latest = migrations.length;
  db.transaction(() => {
    const version = db.pragma("user_version", { simple: true }) as number;
    if (version > latest)
      throw new Error(`The store is at schema ${version}; this version knows ${latest}.`);
    for (const sql of migrations.slice(version)) db.exec(sql);
    db.pragma(`user_version = ${latest}`);
  }).immediate(); // one writer: two processes may open a new file at once
}
