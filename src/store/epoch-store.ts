/**
 * @file One controller per data folder, and a number that grows with each of its starts, so that
 * nobody mistakes an older controller for the present one.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import { type Database, openDatabase } from "./database.ts";

export type Epoch = {
  epoch: number;
  /** Lets another controller have the folder. */
  release(): void;
};

const migrations = [
  `CREATE TABLE controller (
     id    INTEGER PRIMARY KEY CHECK (id = 1),
     epoch INTEGER NOT NULL
   ) STRICT;
   INSERT INTO controller VALUES (1, 0)`,
];

/**
 * Takes the folder and the next epoch. The lock is the system's: a killed holder does not keep it.
 *
 * @param least The epoch is at least this (a controller without a folder counts by the clock).
 * @throws {UsageError} another controller has the folder; the sentence names it.
 */
export function takeEpoch(dataDir: string, least = 1): Epoch {
  mkdirSync(dataDir, { recursive: true });
  const db = openExclusively(dataDir);
  const epoch = nextEpoch(db, least);
  writeFileSync(pidFile(dataDir), `${process.pid}\n`);
  return { epoch, release: () => void db.close() };
}

function openExclusively(dataDir: string): Database {
  const file = join(dataDir, "controller.db");
  try {
    return openDatabase(file, migrations, { busyMs: 0, exclusive: true });
  } catch (cause) {
    if (!isBusy(cause)) throw cause;
    const holder = `Another controller${holderPid(dataDir)} already uses the data folder ${dataDir}.`;
    throw Object.assign(new UsageError(holder), { cause });
  }
}

function nextEpoch(db: Database, least: number): number {
  const next = db.prepare<[number], number>(
    "UPDATE controller SET epoch = max(epoch + 1, ?) RETURNING epoch",
  );
  return next.pluck().get(least) as number;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}

/** The pid stands beside the database: a locked one cannot be read. */
function holderPid(dataDir: string): string {
  try {
    return ` (pid ${readFileSync(pidFile(dataDir), "utf8").trim()})`;
  } catch {
    return "";
  }
}

const pidFile = (dataDir: string) => join(dataDir, "controller.pid");
