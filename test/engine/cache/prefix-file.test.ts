import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  prefixPieces,
  readHead,
  readPrefix,
  readTokens,
} from "../../../src/engine/cache/prefix-file.ts";

const folder = mkdtempSync(join(tmpdir(), "prefix-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fingerprint = "0123456789abcdef".repeat(4);
const tokens = [1, 2, 300_000, -1];
const state = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const whole = Buffer.concat(prefixPieces(fingerprint, tokens, state));
const file = (bytes: Uint8Array) => {
  const path = join(folder, "one");
  writeFileSync(path, bytes);
  return path;
};

describe("a prefix file", () => {
  test("reads back as it was written", () => {
    const path = file(whole);
    expect(readHead(path)).toEqual({ fingerprint, tokenCount: 4, stateBytes: 1000 });
    expect(readTokens(path)).toEqual(Int32Array.from(tokens));
    const read = readPrefix(path);
    if (typeof read === "string") throw new Error(read);
    expect(read.tokens).toEqual(Int32Array.from(tokens));
    expect(Buffer.from(read.state).equals(state)).toBe(true);
  });

  test("is refused with any one byte changed", () => {
    for (let at = 0; at < whole.length; at += at < 120 ? 1 : 37) {
      const garbled = Buffer.from(whole);
      garbled.writeUInt8(garbled.readUInt8(at) ^ 0x10, at);
      expect(["foreign", "broken"], `byte ${at}`).toContain(readPrefix(file(garbled)));
    }
  });

  test("is broken wherever it is cut, and with more at its end", () => {
    for (const length of [0, 3, 8, 50, 87, 88, 100, 104, 500, whole.length - 1]) {
      const path = file(whole);
      truncateSync(path, length);
      expect(readPrefix(path), `${length} bytes`).toBe("broken");
    }
    expect(readPrefix(file(Buffer.concat([whole, Buffer.from([0])])))).toBe("broken");
  });

  test("does not allocate what a lying head asks for", () => {
    const lying = Buffer.from(whole);
    lying.writeBigUInt64LE(2n ** 60n, 16);
    lying.writeUInt32LE(0xffff_ffff, 12);
    expect(readPrefix(file(lying))).toBe("broken");
  });

  test("is foreign when it is another file, of another version, gone, or a link", () => {
    expect(readHead(file(Buffer.from("GGUF and so on")))).toBe("foreign");
    const newer = Buffer.from(whole);
    newer.writeUInt32LE(2, 8);
    expect(readHead(file(newer))).toBe("foreign");
    expect(readHead(join(folder, "gone"))).toBe("foreign");
    symlinkSync(file(whole), join(folder, "link"));
    expect(readHead(join(folder, "link"))).toBe("foreign");
    expect(readHead(folder)).toBe("foreign");
  });
});
