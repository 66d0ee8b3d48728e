/** @file The example configuration is complete and true: it parses, commented-out keys included. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ArenaConfig, ArenaLimits, ArenaModel } from "../../src/protocol/arena-config.ts";
import { FastChatConfig, ModelConfig } from "../../src/protocol/config.ts";
import { RemoteConfig } from "../../src/protocol/remote-config.ts";

const example = readFileSync(new URL("../../models.example.yaml", import.meta.url), "utf8");
/** `# key: value` → `key: value`; `##` lines stay comments. */
const uncommented = example.replace(/^(\s*)# ((?:- )?\w+:)/gm, "$1$2");

const parameterShape = ArenaModel.shape.parameters.unwrap().shape;

function withoutExamples({ models: _, moderation: __, ...settings }: ArenaConfig) {
  return settings;
}

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
    const [own, remote] = all.models.map((model: object) => Object.keys(model).sort());
    expect(own).toEqual(Object.keys(ModelConfig.shape).sort());
    expect(remote).toEqual(Object.keys(RemoteConfig.shape).sort());
    const { arena } = all;
    expect(Object.keys(arena).sort()).toEqual(Object.keys(ArenaConfig.shape).sort());
    const [model] = Object.values<object>(arena.models);
    expect(Object.keys(model ?? {}).sort()).toEqual(Object.keys(ArenaModel.shape).sort());
    expect(Object.keys(arena.limits).sort()).toEqual(Object.keys(ArenaLimits.shape).sort());
    const { board, moderation } = ArenaConfig.parse({ moderation: arena.moderation });
    expect(Object.keys(arena.board).sort()).toEqual(Object.keys(board).sort());
    expect(Object.keys(arena.moderation).sort()).toEqual(Object.keys(moderation ?? {}).sort());
  });

  test("shows the defaults, save for the names it suggests", () => {
    const all = parse(uncommented);
    const { path, names, ...settings } = all.models[0];
    expect({ path, names: [], ...settings }).toEqual(ModelConfig.parse({ path }));
    expect({ ...all, models: [], arena: {} }).toEqual({ ...FastChatConfig.parse({}), arena: {} });
    expect(names.length).toBeGreaterThan(1);
  });

  test("shows the Arena's defaults, save for the model and the endpoint it makes up", () => {
    const { models, moderation, ...settings } = parse(uncommented).arena;
    expect(settings).toEqual(withoutExamples(ArenaConfig.parse({})));
    const [[, { parameters, ...model }] = ["", { parameters: {} }]] =
      Object.entries<ArenaModel>(models);
    expect({ ...model, parameters: {} }).toEqual(ArenaModel.parse({}));
    expect(Object.keys(parameters).sort()).toEqual(Object.keys(parameterShape).sort());
    expect(moderation).toEqual(
      ArenaConfig.parse({ moderation: { url: moderation.url } }).moderation,
    );
  });
});

describe("FastChatConfig", () => {
  test.for([
    [{ api_port: 65_536 }, "api_port"],
    [{ api_port: "8000" }, "api_port"],
    [{ models: [{ path: "m.gguf", slots: 0 }] }, "models.0.slots"],
    [{ models: [{ path: "m.gguf", kv_type: "q9" }] }, "models.0.kv_type"],
    [{ models: [{}] }, "models.0.path"],
    [{ models: [{ path: "m.gguf", conv_template: 1 }] }, "models.0.conv_template"],
    [{ api_keys: [""] }, "api_keys.0"],
    [{ arena_port: 65_536 }, "arena_port"],
    [{ arena: { limits: { turns: 0 } } }, "arena.limits.turns"],
    [{ arena: { models: { qwen: { weight: -1 } } } }, "arena.models.qwen.weight"],
  ] as const)("refuses %j at %s", ([config, path]) => {
    const { error } = FastChatConfig.safeParse(config);
    expect(error?.issues[0]?.path.join(".")).toBe(path);
  });
});
