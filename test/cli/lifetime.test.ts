/** @file How a server command starts and ends: ready line, signals, and the loss of its parent. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { startProgram, waitFor } from "./program.ts";

const ready = /^controller ready at (http:\/\/127\.0\.0\.1:(\d+))\n$/;

describe("fastchat controller", () => {
  test("prints one ready line with its real port, and answers there", async () => {
    const child = startProgram(["controller", "--port", "0"]);
    const [, url, port] = await waitFor(child, ready);
    expect(Number(port)).toBeGreaterThan(0);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.kill("SIGKILL");
  });

  test.for(["SIGTERM", "SIGINT"] as const)("exits 0 on %s", async (signal) => {
    const child = startProgram(["controller", "--port", "0"]);
    await waitFor(child, ready);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("exits within 5 s when the parent that supervised it is killed", async () => {
    const parent = spawn(
      process.execPath,
      [fileURLToPath(new URL("short-lived-parent.js", import.meta.url))],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [, pid] = await waitFor(parent, /^pid (\d+)\ncontroller ready/);
    parent.kill("SIGKILL");
    const began = performance.now();
    while (isAlive(Number(pid)) && performance.now() - began < 6000)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isAlive(Number(pid))).toBe(false);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
