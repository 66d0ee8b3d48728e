/** @file Our list of architectures against the sources of llama.cpp, and against the library itself. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { text } from "../../src/llama/gguf-value.ts";
import { writeGguf } from "../../src/llama/gguf-writer.ts";
import { type ArchitectureUse, knownArchitectures } from "../../src/llama/known-architectures.ts";
import { probeModel } from "../../src/llama/probe.ts";
import { supportedArchitectures } from "../../src/llama/supported-architectures.ts";
import { llamaSource } from "../support/llama-source.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-architectures-"));
let names: Map<string, string>;
let source: (path: string) => string;

beforeAll(() => {
  const root = llamaSource(folder, "src/llama-arch.cpp", "src/llama-model.cpp");
  source = (path) => readFileSync(join(root, path), "utf8");
  const table = /LLM_ARCH_NAMES = \{([\s\S]*?)\n\};/.exec(source("src/llama-arch.cpp"))?.[1] ?? "";
  const rows = [...table.matchAll(/\{ (LLM_ARCH_\w+),\s*"([^"]+)"/g)];
  names = new Map(rows.map(([, key = "", name = ""]) => [key, name]));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ofUse = (...uses: ArchitectureUse[]) =>
  knownArchitectures.filter(({ use }) => uses.includes(use)).map(({ name }) => name);

/** The names of the cases for which a function of the sources answers true. */
function casesOf(path: string, head: RegExp): string[] {
  const body =
    /\{([\s\S]*?)return true/.exec(source(path).slice(source(path).search(head)))?.[1] ?? "";
  return [...body.matchAll(/case (LLM_ARCH_\w+)/g)].map(([, key = ""]) => names.get(key) ?? key);
}

describe("knownArchitectures", () => {
  test("has every name of the pinned release, once, but for the pictures' part", () => {
    const theirs = [...names.values()].filter((name) => name !== "clip" && name !== "(unknown)");
    expect(theirs.length).toBeGreaterThan(50);
    expect(knownArchitectures.map(({ name }) => name).sort()).toEqual(theirs.sort());
  });

  test("knows those that diffuse", () => {
    const theirs = casesOf("src/llama-arch.cpp", /bool llm_arch_is_diffusion\(/);
    expect(ofUse("diffusion").sort()).toEqual(theirs.sort());
  });

  test("serves for chat none that has an encoder", () => {
    const theirs = casesOf("src/llama-model.cpp", /bool llama_model_has_encoder\(/);
    expect(theirs).toContain("t5");
    expect(ofUse("chat").filter((name) => theirs.includes(name))).toEqual([]);
  });
});

describe("supportedArchitectures", () => {
  test("hears of the library what it knows, and what it does not", async () => {
    const asked = [...knownArchitectures.map(({ name }) => name), "no-such-model", "clip2"];
    const supported = await supportedArchitectures(asked);
    expect(supported.length).toBeGreaterThanOrEqual(50);
    // gptj has a name and no graph.
    expect(asked.filter((name) => !supported.includes(name))).toEqual([
      "gptj",
      "no-such-model",
      "clip2",
    ]);
  });
});

describe("probeModel", () => {
  test.for(ofUse("diffusion", "encoder_decoder", "draft", "speech"))(
    "refuses a model of the architecture %s in one sentence",
    async (name) => {
      const path = join(folder, `${name}.gguf`);
      writeGguf(path, { metadata: new Map([["general.architecture", text(name)]]), tensors: [] });
      await expect(probeModel(path)).rejects.toThrow(
        `FastChat has no use for ${name} models, since they`,
      );
    },
  );
});
