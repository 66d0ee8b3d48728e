/** @file Who starts later finds the `up` that runs, and nobody else may read its token. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { announceUp, findUp } from "../../src/cli/running-up.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-running-up-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "up.json");
const up = { controller: "http://127.0.0.1:21001", join_token: "secret" };

describe("findUp", () => {
  test("finds what announced itself, until it takes that back", () => {
    const forget = announceUp(folder, up);
    expect(findUp(folder)).toEqual({ pid: process.pid, ...up });
    forget();
    expect(findUp(folder)).toBeUndefined();
  });

  test("finds none that was killed", async () => {
    const child = spawn(process.execPath, ["--version"]);
    await once(child, "exit");
    writeFileSync(file, JSON.stringify({ pid: child.pid, ...up }));
    expect(findUp(folder)).toBeUndefined();
  });

  test.for(["", "[]", '{"pid":1}', "no json"])("finds none in %j", (text) => {
    writeFileSync(file, text);
    expect(findUp(folder)).toBeUndefined();
  });
});

describe("announceUp", () => {
  test.skipIf(process.platform === "win32")("lets only its own user read the token", () => {
    writeFileSync(file, "left by an earlier one", { mode: 0o644 });
    const forget = announceUp(folder, up);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    forget();
  });
});
