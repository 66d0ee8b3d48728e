/** @file The embedded model: written once, and it babbles words and comes to an end. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import { describeModel } from "../../src/llama/model-description.ts";
import { embeddedModel } from "../../src/models/embedded.ts";

const dataDir = mkdtempSync(join(tmpdir(), "embedded-"));
afterAll(() => rmSync(dataDir, { recursive: true }));

describe("embeddedModel", () => {
  test("writes a small ChatML model into the data directory", () => {
    const path = embeddedModel(dataDir);
    expect(path).toBe(join(dataDir, "models", "fastchat-tiny.gguf"));
    expect(statSync(path).size).toBeLessThan(3e6);
    const { chatTemplate, tokenizer } = describeModel(readGguf(path));
    expect(chatTemplate).toContain("<|im_start|>");
    expect(tokenizer.eosToken).toBe("<|im_end|>");
  });

  test("does not write it again, and leaves nothing else behind", () => {
    const before = statSync(embeddedModel(dataDir)).mtimeMs;
    expect(statSync(embeddedModel(dataDir)).mtimeMs).toBe(before);
    expect(readdirSync(join(dataDir, "models"))).toEqual(["fastchat-tiny.gguf"]);
  });

  test("replaces a damaged file", () => {
    const path = embeddedModel(dataDir);
    writeFileSync(path, "half a download");
    expect(embeddedModel(dataDir)).toBe(path);
    expect(readGguf(path).tensors.length).toBeGreaterThan(0);
  });
});
