import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  addPrefix,
  openFolder,
  prefixName,
  prefixNames,
  touchPrefix,
  trimFolder,
} from "../../../src/engine/cache/prefix-folder.ts";
import { UsageError } from "../../../src/errors/usage-error.ts";

const base = mkdtempSync(join(tmpdir(), "prefix-folder-"));
afterAll(() => rmSync(base, { recursive: true }));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(base, "one-"));
});

const fingerprint = "ab".repeat(32);
/** Writes a file of so many bytes, used so many seconds ago. */
function add(token: number, bytes: number, ageSeconds: number): string {
  const name = prefixName(fingerprint, [token]);
  addPrefix(folder, name, [Buffer.alloc(bytes - 1), Buffer.alloc(1)]);
  const at = new Date(Date.now() - ageSeconds * 1000);
  utimesSync(join(folder, name), at, at);
  return name;
}

describe("a folder of prefixes", () => {
  test("is made for its owner alone, and so are its files", () => {
    const inside = join(folder, "a", "b");
    openFolder(inside);
    expect(readdirSync(inside)).toEqual([]);
    expect(statSync(inside).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, add(1, 10, 0))).mode & 0o777).toBe(0o600);
  });

  test.runIf(process.platform === "linux")("is refused where no folder can be made", () => {
    expect(() => openFolder("/proc/nope/inside")).toThrow(UsageError);
  });

  test("that cannot be used is refused in one sentence", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(() => openFolder(join(file, "inside"))).toThrow(
      /--prompt-cache-dir: not a directory\.$/,
    );
  });

  test.for([0o770, 0o707, 0o1777])("that others may write to is refused: %s", (mode) => {
    chmodSync(folder, mode);
    expect(() => openFolder(folder)).toThrow(UsageError);
    expect(() => openFolder(folder)).toThrow(/^Others may write to the folder .* mode 700\.$/);
    expect(readdirSync(folder)).toEqual([]);
    chmodSync(folder, 0o755);
    openFolder(folder);
  });

  test("that is another's is refused", ({ skip }) => {
    if (process.getuid?.() !== 0) skip("only root gives folders away");
    chownSync(folder, 12_345, 12_345);
    expect(() => openFolder(folder)).toThrow(UsageError);
  });

  test("loses what was used longest ago when it takes too much room", () => {
    const [old, used, young] = [add(1, 400, 300), add(2, 400, 200), add(3, 400, 100)];
    touchPrefix(folder, used);
    trimFolder(folder, 1000);
    expect(prefixNames(folder).sort()).toEqual([used, young].sort());
    trimFolder(folder, 400);
    expect(prefixNames(folder)).toEqual([used]);
    expect(existsSync(join(folder, old))).toBe(false);
  });

  test("keeps what is not its own, and half-written files while they may still grow", () => {
    const name = prefixName(fingerprint, [1]);
    writeFileSync(join(folder, "notes.txt"), "x".repeat(5000));
    writeFileSync(join(folder, `${name}.77.part`), "x".repeat(5000));
    trimFolder(folder, 100);
    expect(readdirSync(folder).sort()).toEqual([`${name}.77.part`, "notes.txt"].sort());
    trimFolder(folder, 100, Date.now() + 3_600_000);
    expect(readdirSync(folder)).toEqual(["notes.txt"]);
  });

  test("names the same tokens alike, and no others", () => {
    expect(prefixName(fingerprint, [1, 2])).toBe(prefixName(fingerprint, Int32Array.of(1, 2)));
    expect(prefixName(fingerprint, [1, 2])).not.toBe(prefixName(fingerprint, [2, 1]));
    expect(prefixName(fingerprint, [1])).not.toBe(prefixName("cd".repeat(32), [1]));
  });
});
