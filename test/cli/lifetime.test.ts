/** @file How a server command starts and ends: ready line, signals, and the loss of its parent. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { stopWords } from "../../src/cli/lifetime.ts";
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

  test("outlives the reader of its log", async () => {
    const child = startProgram([
      "api",
      "--port",
      "0",
      "--controller-address",
      "http://127.0.0.1:1",
    ]);
    const [, url] = await waitFor(child, /ready at (\S+)/);
    child.stderr?.destroy();
    for (let i = 0; i < 3; i++) {
      const { status } = await fetch(`${url}/v1/nothing`, { method: "POST" });
      expect(status).toBe(404);
    }
    child.kill("SIGTERM");
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

describe("a first signal", () => {
  test.for([
    [undefined, "stopping; Ctrl-C again ends it now"],
    [0, "stopping; Ctrl-C again ends it now"],
    [1, "stopping: 1 request still runs, up to 30 s; Ctrl-C again ends it now"],
    [3, "stopping: 3 requests still run, up to 30 s; Ctrl-C again ends it now"],
  ] as const)("with %s running is answered with %s", ([open, words]) => {
    expect(stopWords(open)).toBe(words);
  });

  test("is answered with how many requests still run", async () => {
    const child = startProgram(["api", "--port", "0", "--worker-addresses", "http://127.0.0.1:9"]);
    const said = text(child.stderr);
    const [, port] = await waitFor(child, /^api ready at http:\/\/127\.0\.0\.1:(\d+)\n$/);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(
      "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nexpect: 100-continue\r\n",
    );
    socket.write("content-type: application/json\r\ncontent-length: 9\r\n\r\n{");
    await once(socket, "data"); // it goes on: the request has begun
    child.kill("SIGINT");
    await expect.poll(() => isAlive(child.pid ?? 0), { timeout: 300 }).toBe(true);
    socket.destroy();
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(await said).toContain(
      "stopping: 1 request still runs, up to 30 s; Ctrl-C again ends it now\n",
    );
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
