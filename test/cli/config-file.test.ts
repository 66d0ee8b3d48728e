/** @file Every mistake in a configuration file is one line that says where and what. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readArenaFile, readConfigFile } from "../../src/cli/config-file.ts";
import { UsageError } from "../../src/errors/usage-error.ts";
import { embeddedModels } from "../../src/models/embedded.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-config-"));
  writeFileSync(join(folder, "tiny.gguf"), "GGUF");
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const path = join(folder, "models.yaml");
  writeFileSync(path, text);
  return readConfigFile(path);
}

function complaint(text: string): string {
  try {
    read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error("the file was accepted");
}

describe("readConfigFile", () => {
  test("takes an empty file for the defaults", () => {
    expect(read("# nothing yet\n")).toMatchObject({ api_port: 8000, models: [] });
  });

  test("takes relative paths from the file's own folder and leaves hf: alone", () => {
    const { models, data_dir } = read(
      "data_dir: data\nmodels:\n  - path: tiny.gguf\n  - path: hf:owner/repo:Q8_0\n",
    );
    expect(models.map((model) => "path" in model && model.path)).toEqual([
      join(folder, "tiny.gguf"),
      "hf:owner/repo:Q8_0",
    ]);
    expect(data_dir).toBe(join(folder, "data"));
  });

  test("takes an adapter as --lora does", () => {
    const text =
      "models:\n  - path: tiny.gguf\n    lora: [tiny.gguf, tiny.gguf=0.5, {path: tiny.gguf}]\n";
    const path = join(folder, "tiny.gguf");
    expect(read(text).models).toMatchObject([
      {
        lora: [
          { path, scale: 1 },
          { path, scale: 0.5 },
          { path, scale: 1 },
        ],
      },
    ]);
    expect(complaint("models:\n  - path: tiny.gguf\n    lora: [a.gguf=99]\n")).toContain(
      "models[0].lora[0].scale: must be at most 10",
    );
  });

  test("takes an embedded model by its name", () => {
    expect(read("models:\n  - path: fastchat-micro\n").models).toMatchObject([
      { path: embeddedModels()[1] },
    ]);
  });

  test("takes a draft model for a file of the same kind", () => {
    const drafting = (file: string) =>
      read(`models:\n  - path: tiny.gguf\n    draft_model: ${file}\n`);
    expect(drafting("tiny.gguf").models).toMatchObject([
      { draft_model: join(folder, "tiny.gguf") },
    ]);
    expect(drafting("hf:owner/small").models).toMatchObject([{ draft_model: "hf:owner/small" }]);
  });

  test("says where a draft model is not", () => {
    expect(complaint("models:\n  - path: tiny.gguf\n    draft_model: small.gguf\n")).toContain(
      `models.yaml:3: models[0].draft_model: there is no file '${join(folder, "small.gguf")}'`,
    );
  });

  test.for([
    ["api_prot: 8000\n", "models.yaml:1: api_prot: unknown key: did you mean 'api_port'?"],
    ["# hi\n\napi_port: 70000\n", "models.yaml:3: api_port: must be at most 65535, not 70000"],
    ["api_port: many\n", "models.yaml:1: api_port: must be a number, not 'many'"],
    [
      "models:\n  - path: tiny.gguf\n    slots: 0\n",
      "models.yaml:3: models[0].slots: must be at least 1, not 0",
    ],
    [
      "models:\n  - path: tiny.gguf\n  - path: tiny.gguf\n\n    slot: 1\n",
      "models.yaml:5: models[1].slot: unknown key: did you mean 'slots'?",
    ],
    [
      "models:\n  - path: tiny.gguf\n    kv_type: q9\n",
      "models.yaml:3: models[0].kv_type: must be one of f32, f16, bf16, q8_0, q5_1, q5_0, q4_1, q4_0, not 'q9'",
    ],
    [
      "models:\n  - path: tiny.gguf\n    threads: -3\n",
      "models.yaml:3: models[0].threads: must be at least 1, not -3",
    ],
    [
      "models:\n  - names: [a]\n",
      "models.yaml:2: models[0].path: is missing, and there is no backend either: an entry has one of them",
    ],
    [
      "models:\n  - path: tiny.gguf\n    contextsize: 64\n",
      "models.yaml:3: models[0].contextsize: unknown key: did you mean 'context_size'?",
    ],
    [
      "models:\n  - path: tiny.gguf\n    name: x\n",
      "models.yaml:3: models[0].name: unknown key: write names: [NAME]",
    ],
    ["zzz: 1\n", "models.yaml:1: zzz: unknown key"],
    [
      "models:\n  - path: tiny.gguf\n    conv_template: vicuna-1.1\n",
      "models.yaml:3: models[0].conv_template: FastChat has no template 'vicuna-1.1': did you mean 'vicuna_v1.1'",
    ],
    [
      "models:\n  - path: tiny.gguf\n    draft_max: 4\n",
      "models.yaml:3: models[0].draft_max: does nothing, since nothing drafts: add draft_model: FILE or speculative: ngram",
    ],
    [
      "models:\n  - path: tiny.gguf\n  - path: tiny.gguf\n    yarn_orig_ctx: 4\n    rope_scaling: none\n",
      "models.yaml:4: models[1].yarn_orig_ctx: goes with rope_scaling: yarn alone",
    ],
    ["arena_port: many\n", "models.yaml:1: arena_port: must be auto or a number, not 'many'"],
    [
      "arena:\n  limits:\n    turns: 0\n",
      "models.yaml:3: arena.limits.turns: must be at least 1, not 0",
    ],
    [
      "arena:\n  models:\n    qwen:\n      wieght: 2\n",
      "models.yaml:4: arena.models.qwen.wieght: unknown key: did you mean 'weight'?",
    ],
    [
      "arena:\n  moderation: {}\n",
      "models.yaml:2: arena.moderation.url: must be a URL such as http://127.0.0.1:8000",
    ],
    [
      "models:\n  - path: tiny.gguf\n    context_size: big\n",
      "models.yaml:3: models[0].context_size: must be auto or a number, not 'big'",
    ],
    [
      "models:\n  - path: tiny.gguf\n    context_size: 4\n",
      "models.yaml:3: models[0].context_size: must be at least 64, not 4",
    ],
    [
      "models:\n  - path: tiny.gguf\n    flash_attn: maybe\n",
      "models.yaml:3: models[0].flash_attn: must be one of auto, on, off, not 'maybe'",
    ],
    [
      "models:\n  - path: tiny.gguf\n    embedding: 'yes'\n",
      "models.yaml:3: models[0].embedding: must be true or false, not 'yes'",
    ],
    [
      "models:\n  - backend: openai\n    vision: maybe\n",
      "models.yaml:3: models[0].vision: must be auto or true or false, not 'maybe'",
    ],
    ["api_keys: my-secret\n", "models.yaml:1: api_keys: must be a list"],
    ["- a list\n", /^models\.yaml:1: must be an object, not a list/],
    ["host: [\n", /^models\.yaml:\d: \S/],
    ["host: a\nhost: b\n", "models.yaml:2: Map keys must be unique"],
  ] as const)("answers %j with %s", ([text, expected]) => {
    const message = complaint(text);
    if (typeof expected === "string") expect(message).toBe(expected);
    else expect(message).toMatch(expected);
    expect(message).not.toContain("\n");
  });

  test("takes a chat template by FastChat's name, or the file of that name beside it", () => {
    const text = "models:\n  - path: tiny.gguf\n    chat_template: llama-2\n";
    expect(read(text).models[0]).toMatchObject({ chat_template: "llama-2" });
    writeFileSync(join(folder, "llama-2"), "{{ messages }}");
    expect(read(text).models[0]).toMatchObject({ chat_template: join(folder, "llama-2") });
  });

  test("names the model file that is not there", () => {
    expect(complaint("models:\n  - path: gone.gguf\n")).toBe(
      `models.yaml:2: models[0].path: there is no file '${join(folder, "gone.gguf")}'`,
    );
  });

  test("names the configuration file that is not there", () => {
    expect(() => readConfigFile(join(folder, "none.yaml"))).toThrow(
      `Cannot read the configuration file '${join(folder, "none.yaml")}': there is no such file.`,
    );
  });
});

describe("readArenaFile", () => {
  test("does not ask for the models' files, which may be on other machines", () => {
    const path = join(folder, "models.yaml");
    writeFileSync(path, "data_dir: data\nmodels:\n  - path: gone.gguf\narena:\n  title: Ours\n");
    const { arena, data_dir } = readArenaFile(path);
    expect(arena).toMatchObject({ title: "Ours", explorer: "everyone" });
    expect(data_dir).toBe(join(folder, "data"));
  });
});
