/** @file `fastchat up` as a user starts it: everything on free ports, with the embedded models. */

import type { ChildProcess } from "node:child_process";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findUp } from "../../src/cli/running-up.ts";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { embeddedModels } from "../../src/models/embedded.ts";
import { runProgram, startProgram, waitFor } from "./program.ts";

let folder: string;
let dataDir: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-up-"));
  dataDir = join(folder, "data");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a failed test leaves running; its workers follow it. */
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

const [embeddedModel = ""] = embeddedModels();
/** The Arena has its own tests. */
const ports = ["--api-port", "0", "--controller-port", "0", "--no-arena"];

async function startUp(...flags: string[]) {
  const up = startProgram(["up", ...ports, "--data-dir", dataDir, ...flags]);
  started.push(up);
  let stderr = "";
  up.stderr.on("data", (part) => {
    stderr += part;
  });
  const [, url = ""] = await waitFor(up, /^fastchat ready at (\S+)\n$/);
  const ask = (model: string) =>
    fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model,
        max_tokens: 4,
        messages: [{ role: "user", content: "Hello!" }],
      }),
    });
  const stop = async () => {
    up.kill("SIGTERM");
    const [code] = await once(up, "exit");
    return code;
  };
  return { up, url, ask, stop, said: () => stderr };
}

/** The worker processes that `parent` started and that still live. */
function workersOf(parent: number | undefined): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return stdout.split("\n").flatMap((row) => {
    const [, pid, ppid, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return Number(ppid) === parent && args.includes("fastchat.js worker") ? [Number(pid)] : [];
  });
}

/** How many workers the api knows. */
async function listening(url: string): Promise<number> {
  return ((await (await fetch(`${url}/health`)).json()) as { workers?: number }).workers ?? 0;
}

/** Those of the processes that burn a processor: the ones that decode. */
async function busyWorkers(pids: number[]): Promise<number[]> {
  const ticks = (pid: number) =>
    Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[11] ?? 0);
  const before = pids.map(ticks);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const gained = pids.map((pid, i) => ({ pid, by: ticks(pid) - (before[i] ?? 0) }));
  return gained.sort((a, b) => b.by - a.by).map(({ pid }) => pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("fastchat up", { timeout: 60_000 }, () => {
  test("serves the embedded models, restarts a killed worker, and leaves nothing behind", async () => {
    const { up, ask, stop, said } = await startUp();
    expect((await ask("fastchat-tiny")).status).toBe(200);
    expect((await ask("fastchat-micro")).status).toBe(200);
    await expect.poll(said).toContain("curl -N");
    expect(said()).toContain("the two embedded ones are served");
    expect(findUp(dataDir)).toMatchObject({ pid: up.pid });

    const [worker = 0] = workersOf(up.pid);
    process.kill(worker, "SIGKILL");
    await expect.poll(said, { timeout: 5000 }).toContain("died (SIGKILL); starts again in 1 s");
    const answered = async () =>
      (await Promise.all(["fastchat-tiny", "fastchat-micro"].map(ask))).map(({ status }) => status);
    await expect.poll(answered, { timeout: 20_000, interval: 200 }).toEqual([200, 200]);

    const workers = workersOf(up.pid);
    expect(workers).toHaveLength(2);
    expect(workers).not.toContain(worker);
    expect(await stop()).toBe(0);
    expect(workers.filter(isAlive)).toEqual([]);
    expect(findUp(dataDir)).toBeUndefined();
  });

  test("serves what models.yaml names, and says which model cannot be served", async () => {
    const broken = join(folder, "broken.gguf");
    writeFileSync(broken, "not a model");
    const config = join(folder, "models.yaml");
    writeFileSync(
      config,
      `models:\n  - path: ${embeddedModel}\n    names: [tiny, friend]\n    slots: 2\n  - path: ${broken}\n`,
    );
    const { ask, stop, said } = await startUp("--config", config);
    expect((await ask("friend")).status).toBe(200);
    await expect.poll(said, { timeout: 10_000 }).toContain("model 'broken' is not served: ");
    const [, why = "?"] = /'broken' is not served: (.+)/.exec(said()) ?? [];
    expect(said().split(why)).toHaveLength(2); // it is said once
    expect(await stop()).toBe(0);
  });

  test("ends with 1 when no model can be served", async () => {
    const broken = join(folder, "broken.gguf");
    const flags = ["up", ...ports, "--data-dir", dataDir, "--model-path", broken];
    const { code, stderr, stdout } = await runProgram(flags);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(broken);
    expect(stderr.trimEnd()).toMatch(/fastchat: None of the models can be served\.$/);
  });

  test("tells a client of a worker killed in mid-stream, and serves the next at once", async () => {
    const config = join(folder, "two.yaml");
    const file = join(folder, "steady.gguf");
    // Large enough to stream for seconds: a death must find it in the middle.
    writeTinyModel(file, { layers: 6, embeddingLength: 256, contextLength: 16_384 });
    const model = `  - path: ${file}\n    names: [steady]\n    threads: 1\n    context_size: 16384\n`;
    writeFileSync(config, `models:\n${model}${model}`);
    const { up, url, stop } = await startUp("--config", config);
    await expect.poll(() => listening(url), { timeout: 20_000 }).toBe(2);
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
    const ask = { model: "steady", messages: [{ role: "user" as const, content: "Go on" }] };
    const endless = { max_tokens: 15_000, ignore_eos: true } as object;

    const stream = await client.chat.completions.create({ ...ask, ...endless, stream: true });
    let chunks = 0;
    const failure = await (async () => {
      for await (const _ of stream)
        if (++chunks === 20) {
          const [busy = 0] = await busyWorkers(workersOf(up.pid));
          process.kill(busy, "SIGKILL");
        }
      return null;
    })().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OpenAI.APIError);
    expect(failure).toMatchObject({ code: "worker_lost" });
    expect(chunks).toBeGreaterThanOrEqual(20);

    const next = await client.chat.completions.create({ ...ask, max_tokens: 2 });
    expect(next.choices).toHaveLength(1);
    const workers = workersOf(up.pid);
    expect(await stop()).toBe(0);
    expect(workers.filter(isAlive)).toEqual([]);
  });

  test("takes its workers with it when it is killed", async () => {
    const { up } = await startUp();
    const workers = workersOf(up.pid);
    expect(workers).toHaveLength(2);
    up.kill("SIGKILL");
    await expect.poll(() => workers.filter(isAlive), { timeout: 5000 }).toEqual([]);
  });
});

describe("fastchat chat --model-path", { timeout: 60_000 }, () => {
  test("talks to a file without any server", async () => {
    const flags = ["chat", "--model-path", embeddedModel, "--max-new-tokens", "8"];
    const { code, stdout, stderr } = await runProgram(flags, { input: "Hello!\n" });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.trim()).not.toBe("");
  });

  test("says why a file cannot be served", async () => {
    const broken = join(folder, "broken.gguf");
    const { code, stdout, stderr } = await runProgram(["chat", "--model-path", broken]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^fastchat: [^\n]*broken\.gguf[^\n]*\n$/);
  });
});
