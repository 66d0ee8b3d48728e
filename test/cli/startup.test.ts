/** @file `fastchat --help` is quick because it reads next to nothing. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** Every module that `entry` imports statically, types left out, and the packages among them. */
function closure(entry: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(entry.href)) return seen;
  seen.add(entry.href);
  const source = readFileSync(entry, "utf8");
  for (const [, from = ""] of source.matchAll(/^import (?!type )[^;]*?from "([^"]+)";/gms)) {
    if (from.startsWith(".")) closure(new URL(from, entry), seen);
    else seen.add(from);
  }
  return seen;
}

describe("fastchat --help", () => {
  test("loads no package but commander", () => {
    const all = [...closure(new URL("../../src/cli/main.ts", import.meta.url))];
    const packages = all.filter((name) => !name.startsWith("file:") && !name.startsWith("node:"));
    expect(packages).toEqual(["commander"]);
    expect(all.length).toBeLessThan(12);
  });

  const built = new URL("../../dist/cli/main.js", import.meta.url);
  const bin = fileURLToPath(new URL("../../bin/fastchat.js", import.meta.url));

  test.skipIf(!existsSync(built))("takes less than 200 ms, built", () => {
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now();
      spawnSync(process.execPath, [bin, "--help"]);
      return performance.now() - began;
    });
    expect(Math.min(...times)).toBeLessThan(200);
  });
});
