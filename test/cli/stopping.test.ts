/** @file A server command that hangs is gone when it is asked to go, whatever it hangs in. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { tinyModel } from "../support/tiny-models.ts";
import { startProgram, waitFor } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-stopping-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

function start<T extends ChildProcess>(child: T): T {
  started.push(child);
  return child;
}

const double = (law: string) =>
  start(
    spawn(
      process.execPath,
      ["--import", "tsx", fileURLToPath(new URL("hanging-load.ts", import.meta.url)), law],
      { stdio: ["ignore", "pipe", "inherit", "ipc"] },
    ),
  );

/** How long a process lives on after what is done to it, ms. */
async function lifeAfter(child: ChildProcess, deed: () => void): Promise<number> {
  const gone = once(child, "exit");
  const began = performance.now();
  deed();
  await gone;
  return performance.now() - began;
}

const soonMs = 1500;

describe("serveUntilStopped", () => {
  test.for(["SIGTERM", "SIGINT"] as const)("ends on %s while a load hangs", async (signal) => {
    const child = double("load");
    await waitFor(child, /hangs/);
    expect(await lifeAfter(child, () => child.kill(signal))).toBeLessThan(soonMs);
    expect(child.signalCode).toBe(signal);
  });

  test("ends while a load hangs when its parent has gone", async () => {
    const child = double("load");
    await waitFor(child, /hangs/);
    expect(await lifeAfter(child, () => child.disconnect())).toBeLessThan(soonMs);
  });

  test("ends on the second signal when its closing hangs", async () => {
    const child = double("close");
    await waitFor(child, /ready/);
    const hangs = waitFor(child, /hangs/);
    child.kill("SIGINT");
    await hangs;
    expect(await lifeAfter(child, () => child.kill("SIGINT"))).toBeLessThan(soonMs);
  });
});

/** A file whose reader waits for ever. */
function fifo(name: string): string {
  const path = join(folder, name);
  execFileSync("mkfifo", [path]);
  return path;
}

/** Waits until somebody reads it, whom the open end keeps waiting for bytes. */
async function readerOf(path: string): Promise<number> {
  for (;;) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe("fastchat worker", () => {
  test("ends on SIGTERM while it waits for a file", async () => {
    const template = fifo("template.jinja");
    const model = ["--model-path", tinyModel(), "--no-register", "--port", "0"];
    const child = start(startProgram(["worker", ...model, "--chat-template", template]));
    const end = await readerOf(template);
    expect(await lifeAfter(child, () => child.kill("SIGTERM"))).toBeLessThan(soonMs);
    closeSync(end);
  });
});

describe("fastchat up", () => {
  const up = (...settings: string[]) => {
    const config = join(folder, `${settings.length}.yaml`);
    writeFileSync(config, [`models:`, `  - path: ${tinyModel()}`, ...settings].join("\n"));
    const ports = ["--api-port", "0", "--controller-port", "0", "--no-arena"];
    return start(startProgram(["up", "--config", config, "--data-dir", folder, ...ports]));
  };

  test("ends while a model of its hangs in loading", async () => {
    const template = fifo("hanging.jinja");
    const child = up(`    chat_template: ${template}`);
    const end = await readerOf(template);
    expect(await lifeAfter(child, () => child.kill("SIGTERM"))).toBeLessThan(soonMs);
    expect(child.exitCode).toBe(0);
    closeSync(end);
  });

  test("ends at the second Ctrl-C, with a model that does not go", async () => {
    const child = up();
    await waitFor(child, /fastchat ready/);
    const [worker = 0] = workersOf(child.pid);
    process.kill(worker, "SIGSTOP");
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(child.exitCode).toBe(null);
    expect(await lifeAfter(child, () => child.kill("SIGINT"))).toBeLessThan(soonMs);
    await expect.poll(() => isAlive(worker), { timeout: 5000 }).toBe(false);
  });
});

function workersOf(parent: number | undefined): number[] {
  const found = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return found.split("\n").flatMap((row) => {
    const [, pid, ppid, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return Number(ppid) === parent && args.includes("fastchat.js worker") ? [Number(pid)] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
