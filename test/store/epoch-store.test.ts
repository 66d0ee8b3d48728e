import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { openDatabase } from "../../src/store/database.ts";
import { takeEpoch } from "../../src/store/epoch-store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const table = "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT) STRICT";

describe("openDatabase", () => {
  test("opens for keeps: WAL, synced at each commit, at a sound version", () => {
    const db = openDatabase(join(folder, "a.db"), [table]);
    const pragma = (name: string) => db.pragma(name, { simple: true });
    expect(pragma("journal_mode")).toBe("wal");
    expect(pragma("synchronous")).toBe(2);
    expect(pragma("foreign_keys")).toBe(1);
    expect(pragma("busy_timeout")).toBe(5000);
    expect(pragma("user_version")).toBe(1);
    db.close();
  });

  test("takes an older file to the newest schema, each step once", () => {
    const file = join(folder, "a.db");
    const first = openDatabase(file, [table]);
    first.exec("INSERT INTO t (x) VALUES ('kept')");
    first.close();
    const column = "ALTER TABLE t ADD COLUMN y TEXT";
    for (let i = 0; i < 2; i++) {
      const db = openDatabase(file, [table, column]);
      expect(db.prepare("SELECT x, y FROM t").all()).toEqual([{ x: "kept", y: null }]);
      db.close();
    }
  });

  test("refuses a newer file, and a failed migration leaves nothing behind", () => {
    const file = join(folder, "a.db");
    openDatabase(file, [table, "SELECT 1"]).close();
    expect(() => openDatabase(file, [table])).toThrow(/schema 2; this version knows 1/);
    const other = join(folder, "b.db");
    expect(() => openDatabase(other, [table, "NOT SQL"])).toThrow();
    openDatabase(other, [table]).close();
  });
});

describe("takeEpoch", () => {
  test("grows with each start, and is never less than asked", () => {
    const taken = [1, 1, 100, 1].map((least) => {
      const { epoch, release } = takeEpoch(folder, least);
      release();
      return epoch;
    });
    expect(taken).toEqual([1, 2, 100, 101]);
  });

  test("makes the folder", () => {
    const { epoch, release } = takeEpoch(join(folder, "new", "er"));
    expect(epoch).toBe(1);
    release();
  });

  test("refuses a second holder with a sentence that names the first", () => {
    const { release } = takeEpoch(folder);
    expect(() => takeEpoch(folder)).toThrow(UsageError);
    expect(() => takeEpoch(folder)).toThrow(`(pid ${process.pid})`);
    expect(() => takeEpoch(folder)).toThrow(folder);
    release();
    takeEpoch(folder).release();
  });

  test("is refused while another process holds it, and free once that is killed", async () => {
    const holder = await startHolder();
    expect(() => takeEpoch(folder)).toThrow(`(pid ${holder.pid})`);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    const { epoch, release } = takeEpoch(folder);
    expect(epoch).toBe(2);
    release();
  });
});

/** Another process that holds the folder until it is killed. */
async function startHolder(): Promise<ChildProcess> {
  const store = new URL("../../src/store/epoch-store.ts", import.meta.url).href;
  const script = join(folder, "holder.mts");
  writeFileSync(
    script,
    `import { takeEpoch } from ${JSON.stringify(store)};
     takeEpoch(${JSON.stringify(folder)});
     console.log("holding");
     setInterval(() => {}, 1000);`,
  );
  const holder = spawn(process.execPath, ["--import", "tsx", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  return holder;
}
