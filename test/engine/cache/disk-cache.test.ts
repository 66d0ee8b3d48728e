/** @file Prefixes that outlive their engine: real models, real files, and what may befall these. */
import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { adapterSet } from "../../../src/engine/adapter-set.ts";
import { prefixPieces, readHead, readPrefix } from "../../../src/engine/cache/prefix-file.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import type { EngineOptions } from "../../../src/engine/engine-options.ts";
import type { Generation } from "../../../src/engine/messages.ts";
import { readGguf } from "../../../src/llama/gguf-reader.ts";
import { eventually } from "../../support/eventually.ts";
import { collect, startTinyEngine, toGeneration } from "../../support/tiny-engine.ts";
import { tinyAdapter, tinyModel } from "../../support/tiny-models.ts";

const base = mkdtempSync(join(tmpdir(), "disk-cache-"));
afterAll(() => rmSync(base, { recursive: true }));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(base, "folder-"));
});

const story = "Every morning the girl went to the river and talked with the fish. ".repeat(6);
const other = "There was an old man who made clocks in a house by the sea. ".repeat(6);
const exact = { kvType: "f32", flashAttention: "off" } as const;

function start(path: string, options: Partial<EngineOptions> = {}): Promise<Engine> {
  const promptCacheDisk = { folder, budgetBytes: 64 << 20 };
  return startTinyEngine(path, { ...exact, promptCacheDisk, ...options });
}

type Asked = Partial<Pick<Generation, "cachePrompt" | "maxTokens" | "adapters">>;

async function ask(engine: Engine, prompt: string, options: Asked = {}) {
  const generation = toGeneration(engine, prompt, { temperature: 0, maxTokens: 8, ...options });
  const { texts, finishes } = await collect(engine, generation);
  return { text: texts[0], cached: finishes[0]?.timings.cachedTokens ?? 0 };
}

/** Asks one thing of an engine that lives only for it. */
async function askOnce(
  path: string,
  prompt: string,
  options: Partial<EngineOptions> = {},
  asked: Asked = {},
) {
  const engine = await start(path, options);
  const answer = await ask(engine, prompt, asked);
  await engine.close();
  return answer;
}

const files = () => readdirSync(folder).filter((name) => name.endsWith(".prefix"));
const onlyFile = () => join(folder, files()[0] ?? "none");

/** Cuts the state in half, under a sum that is right. */
function cutState(path: string): void {
  const [head, found] = [readHead(path), readPrefix(path)];
  if (typeof head === "string" || typeof found === "string") throw new Error(`${path} is broken`);
  const half = found.state.subarray(0, found.state.length / 2);
  writeFileSync(path, Buffer.concat(prefixPieces(head.fingerprint, found.tokens, half)));
}

describe("an engine with a folder for prefixes", () => {
  test.for(["qwen2", "gemma3", "mamba", "granitehybrid"] as const)(
    "goes on from them after a restart: %s",
    async (architecture) => {
      const path = tinyModel({ architecture });
      await askOnce(path, story);
      const engine = await start(path);
      const prompt = `${story}What then?`;
      const reused = await ask(engine, prompt);
      const fresh = await ask(engine, prompt, { cachePrompt: false });
      await engine.close();
      expect(reused.cached).toBeGreaterThan(100);
      expect(reused.text).toBe(fresh.text);
    },
  );

  test("writes what RAM has no room for, and reads it back while it runs", async () => {
    const engine = await start(tinyModel({ architecture: "qwen2" }), {
      slots: 1,
      promptCacheBytes: 0,
    });
    await ask(engine, story);
    await ask(engine, other);
    await eventually(() => files().length === 1, 5000);
    expect((await ask(engine, `${story}More`)).cached).toBeGreaterThan(100);
    await engine.close();
    expect(files()).toHaveLength(3);
  });

  test("goes on from a state that RAM gives up at that very moment", async () => {
    const options = { slots: 1, promptCacheBytes: 14_000 }; // one state of this model
    const engine = await start(tinyModel({ architecture: "mamba" }), options);
    const cached: number[] = [];
    for (let i = 0; i < 4; i++) cached.push((await ask(engine, story)).cached);
    await engine.close();
    expect(cached.map((tokens) => tokens > 100)).toEqual([false, true, true, true]);
  });

  test.for(["qwen2", "mamba"] as const)(
    "empties no slot for a state that llama.cpp refuses: %s",
    async (architecture) => {
      const path = tinyModel({ architecture });
      const { text } = await askOnce(path, story);
      for (const file of files()) cutState(join(folder, file));
      const engine = await start(path, { slots: 2 });
      await ask(engine, other);
      expect(await ask(engine, story)).toEqual({ text, cached: 0 });
      await eventually(() => engine.slots.every(({ cachedTokens }) => cachedTokens > 0), 1000);
      await engine.close();
    },
  );

  test("keeps of a conversation that grows its longest beginning alone", async () => {
    const path = tinyModel({ architecture: "qwen2" });
    await askOnce(path, story, {}, { maxTokens: 0 });
    const before = files();
    await askOnce(path, `${story}${other}`);
    expect(files()).toHaveLength(1);
    expect(files()).not.toEqual(before);
  });

  test("writes nothing again that is there already", async () => {
    const path = tinyModel({ architecture: "qwen2" });
    await askOnce(path, story);
    const { ino } = statSync(onlyFile());
    await (await start(path)).close();
    await askOnce(path, "Hi");
    expect(statSync(onlyFile()).ino).toBe(ino);
  });

  test.for([
    ["one byte changed", (path: string) => flip(path, statSync(path).size - 100)],
    ["a token changed", (path: string) => flip(path, 90)],
    ["its end missing", (path: string) => truncateSync(path, statSync(path).size - 1)],
    ["only its first byte", (path: string) => truncateSync(path, 1)],
  ] as const)("removes a file with %s, and reads the prompt anew", async ([, harm]) => {
    const path = tinyModel({ architecture: "qwen2" });
    const first = await askOnce(path, story);
    const broken = onlyFile();
    harm(broken);
    const engine = await start(path);
    expect(await ask(engine, story)).toEqual({ text: first.text, cached: 0 });
    expect(files().map((name) => join(folder, name))).not.toContain(broken);
    await engine.close();
    expect(files()).toHaveLength(1);
  });

  test("leaves the files of other models and settings alone, and unused", async () => {
    const path = tinyModel({ architecture: "qwen2" });
    await askOnce(path, story);
    const others: [string, Partial<EngineOptions>][] = [
      [tinyModel({ architecture: "qwen2", seed: 2 }), {}],
      [path, { kvType: "f16" }],
      [path, { contextSize: 512 }],
    ];
    for (const [model, options] of others)
      expect((await askOnce(model, story, options)).cached).toBe(0);
    expect(files()).toHaveLength(4);
    expect((await askOnce(path, story, { slots: 2, batchSize: 64 })).cached).toBeGreaterThan(100);
  });

  test("knows a model by its weights, not by its path", async () => {
    const path = join(base, "one.gguf");
    const moved = join(base, "another.gguf");
    const trained = join(base, "trained.gguf");
    copyFileSync(tinyModel({ architecture: "qwen2" }), path);
    await askOnce(path, story);
    renameSync(path, moved);
    expect((await askOnce(moved, story)).cached).toBeGreaterThan(100);
    // The same metadata, the same size and the same time: only the weights tell.
    copyFileSync(moved, trained);
    const { offsetBytes = 0 } = readGguf(trained).tensors.at(-1) ?? {};
    flip(trained, offsetBytes + 3);
    const { atime, mtime } = statSync(moved);
    utimesSync(trained, atime, mtime);
    expect((await askOnce(trained, story)).cached).toBe(0);
  });

  test("keeps what adapters evaluated for the same adapters", async () => {
    const path = tinyModel({ architecture: "qwen2" });
    const [one, two] = [1, 2].map((seed) => ({
      path: tinyAdapter(`adapter-${seed}`, path, { seed }),
      scale: 1,
    }));
    if (one === undefined || two === undefined) throw new Error("there are two");
    const adapted = (lora: EngineOptions["lora"], id: number) =>
      askOnce(path, story, { lora }, { adapters: adapterSet([{ id, scale: 1 }]) });
    await adapted([one, two], 0);
    expect((await askOnce(path, story, { lora: [one] })).cached).toBe(0);
    expect((await adapted([two], 0)).cached).toBe(0);
    expect((await adapted([two, one], 1)).cached).toBeGreaterThan(100);
  });

  test("stays within its budget, the least recently used going first", async () => {
    const path = tinyModel({ architecture: "qwen2" });
    await askOnce(path, story);
    const { size } = statSync(onlyFile());
    const promptCacheDisk = { folder, budgetBytes: Math.floor(size * 1.5) };
    await askOnce(path, other, { promptCacheDisk });
    expect(files()).toHaveLength(1);
    expect((await askOnce(path, other)).cached).toBeGreaterThan(100);
    expect((await askOnce(path, story)).cached).toBe(0);
  });

  test("shares it with another that runs at the same time", async () => {
    const path = tinyModel({ architecture: "qwen2" });
    const one = await start(path);
    const two = await start(path, { slots: 1, promptCacheBytes: 0 });
    await ask(two, story);
    await ask(two, other);
    await eventually(() => files().length === 1, 5000);
    expect((await ask(one, story)).cached).toBeGreaterThan(100);
    await one.close();
    await two.close();
  });

  test("says once that the folder has gone, and goes on answering", async () => {
    const notices: string[] = [];
    const engine = await start(tinyModel({ architecture: "qwen2" }), {
      slots: 1,
      promptCacheBytes: 0,
      onNotice: (line) => notices.push(line),
    });
    rmSync(folder, { recursive: true });
    for (const prompt of [story, other, story, other]) await ask(engine, prompt);
    await eventually(() => notices.length > 0, 5000);
    await engine.close();
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(
      /^Prefixes cannot be kept in .*: no such file or directory; they are/,
    );
  });

  test("answers on while the disk is full, and writes again when it is not", async ({
    skip,
    onTestFinished,
  }) => {
    const unmount = mountSmall(folder, "400k") ?? skip("no file system can be mounted here");
    onTestFinished(unmount);
    const notices: string[] = [];
    const onNotice = (line: string) => notices.push(line);
    const path = tinyModel({ architecture: "qwen2" });
    const engine = await start(path, { slots: 1, promptCacheBytes: 0, onNotice });
    writeFileSync(join(folder, "filler"), Buffer.alloc(380_000));
    for (const prompt of [story, other, story]) await ask(engine, prompt);
    await eventually(() => notices.length > 0, 5000);
    await eventually(() => readdirSync(folder).join() === "filler", 5000);
    rmSync(join(folder, "filler"));
    await ask(engine, other);
    await eventually(() => files().length > 0, 5000); // more, where a write was still to come
    await engine.close();
    expect(notices).toEqual([expect.stringContaining("no space left on device")]);
  });

  test("refuses a folder that it cannot use", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const promptCacheDisk = { folder: file, budgetBytes: 1 };
    const started = start(tinyModel({ architecture: "qwen2" }), { promptCacheDisk });
    await expect(started).rejects.toThrow(/--prompt-cache-dir/);
  });
});

describe("kill -9", () => {
  test("leaves a folder that the next engine can use", async () => {
    const path = tinyModel({ architecture: "qwen2" });
    const script = new URL("./writing-engine.ts", import.meta.url).pathname;
    for (let i = 0; i < 2; i++) {
      const child = spawn(process.execPath, ["--import", "tsx", script, path, folder], {
        stdio: "ignore",
      });
      const before = files().length;
      await eventually(() => files().length > before, 20_000);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    const engine = await start(path);
    const prompt = `0 ${story}0`;
    const { text, cached } = await ask(engine, prompt);
    expect(cached).toBeGreaterThan(100);
    expect(text).toBe((await ask(engine, prompt, { cachePrompt: false })).text);
    await engine.close();
  });
});

/** Lays a small file system over the folder; null where that is not allowed. */
function mountSmall(path: string, size: string): (() => void) | null {
  const { status } = spawnSync("mount", [
    "-t",
    "tmpfs",
    "-o",
    `size=${size},mode=700`,
    "tmpfs",
    path,
  ]);
  return status === 0 ? () => void spawnSync("umount", [path]) : null;
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(path, bytes);
}
