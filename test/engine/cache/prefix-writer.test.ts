import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { prefixName, prefixNames } from "../../../src/engine/cache/prefix-folder.ts";
import { PrefixWriter } from "../../../src/engine/cache/prefix-writer.ts";
import { eventually } from "../../support/eventually.ts";

const folder = mkdtempSync(join(tmpdir(), "prefix-writer-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fingerprint = "ab".repeat(32);
const tokens = Int32Array.of(1, 2, 3);
const message = (name: string) => ({
  ...{ name, fingerprint, tokens, replaces: [] },
  state: new Uint8Array(1000),
});
const sound = prefixName(fingerprint, tokens);

test("a writer that has died is told of once, waited for never, and given nothing more", async () => {
  const lines: string[] = [];
  const writer = new PrefixWriter(folder, 1 << 20, (line) => lines.push(line));
  expect(writer.write(message("no\0name"))).toBe(true);
  for (let i = 0; i < 3; i++) writer.write(message(sound)); // behind it: the thread never sees these
  await eventually(() => lines.length > 0, 5000);
  const began = performance.now();
  writer.drain();
  expect(performance.now() - began).toBeLessThan(1000);
  expect(writer.write(message(sound))).toBe(false);
  writer.close();
  expect(lines).toEqual([expect.stringMatching(/writer failed, and nothing more is kept on disk/)]);
  expect(prefixNames(folder)).toEqual([]);
});
