/** @file The example configuration is complete and true: it parses, commented-out keys included. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { FastChatConfig, ModelConfig } from "../../src/protocol/config.ts";

const example = readFileSync(new URL("../../models.example.yaml", import.meta.url), "utf8");
/** `# key: value` → `key: value`; `##` lines stay comments. */
const uncommented = example.replace(/^(\s*)# (\w+:)/gm, "$1$2");

describe("models.example.yaml", () => {
  test("is a valid configuration as it stands", () => {
    expect(FastChatConfig.parse(parse(example)).models).toHaveLength(1);
  });

  test("is a valid configuration with every setting un-commented", () => {
    expect(FastChatConfig.safeParse(parse(uncommented)).error).toBeUndefined();
  });

  test("names every key there is", () => {
    const all = parse(uncommented);
    expect(Object.keys(all).sort()).toEqual(Object.keys(FastChatConfig.shape).sort());
    expect(Object.keys(all.models[0]).sort()).toEqual(Object.keys(ModelConfig.shape).sort());
  });

  test("shows the defaults, save for the names it suggests", () => {
    const all = parse(uncommented);
    const { path, names, ...settings } = all.models[0];
    expect({ path, names: [], ...settings }).toEqual(ModelConfig.parse({ path }));
    expect({ ...all, models: [] }).toEqual(FastChatConfig.parse({}));
    expect(names.length).toBeGreaterThan(1);
  });
});

describe("FastChatConfig", () => {
  test.for([
    [{ api_port: 65_536 }, "api_port"],
    [{ api_port: "8000" }, "api_port"],
    [{ models: [{ path: "m.gguf", slots: 0 }] }, "models.0.slots"],
    [{ models: [{ path: "m.gguf", kv_type: "q9" }] }, "models.0.kv_type"],
    [{ models: [{}] }, "models.0.path"],
    [{ models: [{ path: "m.gguf", conv_template: "vicuna_v1.1" }] }, "models.0.conv_template"],
    [{ api_keys: [""] }, "api_keys.0"],
  ] as const)("refuses %j at %s", ([config, path]) => {
    const { error } = FastChatConfig.safeParse(config);
    expect(error?.issues[0]?.path.join(".")).toBe(path);
  });
});
