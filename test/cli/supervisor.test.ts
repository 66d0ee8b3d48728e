/** @file The supervisor over real processes that die by their law. */
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { type ChildSpec, Supervisor } from "../../src/cli/supervisor.ts";

const script = fileURLToPath(new URL("dying-child.js", import.meta.url));
const child = (law: string, lifeMs = 60_000): ChildSpec => ({
  name: law,
  args: [script, law, String(lifeMs)],
});
const quick = { firstWaitMs: 10, longestWaitMs: 40, deaths: 5, windowMs: 60_000 };

/** A supervisor, everything it said, and a wait for a saying. */
function observed() {
  const log: string[] = [];
  const heard = new EventTarget();
  const note = (line: string) => {
    log.push(line);
    heard.dispatchEvent(new Event("line"));
  };
  const supervisor = new Supervisor(
    {
      onLine: (name, line) => note(`${name}: ${line}`),
      onReady: (name, url) => note(`${name} ready ${url}`),
      onDeath: (name, how, waitMs) => note(`${name} died (${how}), ${waitMs}`),
      onGivenUp: (name, why) => note(`${name} given up: ${why}`),
    },
    quick,
  );
  running.push(supervisor);
  const until = async (pattern: RegExp) => {
    while (!log.some((line) => pattern.test(line))) await once(heard, "line");
  };
  return { supervisor, log, until };
}

const running: Supervisor[] = [];
afterEach(() => Promise.all(running.splice(0).map((one) => one.stop(0))));

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? -1, 0);
  } catch {
    return false;
  }
}

describe("Supervisor", () => {
  test("restarts what dies, ever later, and gives up with its last lines", async () => {
    const { supervisor, log, until } = observed();
    const supervised = supervisor.start(child("ready", 1));
    await until(/given up/);
    expect(supervised.state).toBe("given_up");
    const deaths = log.filter((line) => line.includes("died"));
    expect(deaths).toEqual([10, 20, 40, 40].map((wait) => `ready died (exit code 3), ${wait}`));
    expect(log.filter((line) => line.startsWith("ready: born"))).toHaveLength(5);
    expect(log.at(-1)).toContain("keeps dying (exit code 3)");
    expect(log.at(-1)).toContain("about to break");
  });

  test("restarts a ready child that is killed", async () => {
    const { supervisor, log, until } = observed();
    const supervised = supervisor.start(child("ready"));
    await until(/ready http/);
    const { pid } = supervised;
    process.kill(pid ?? 0, "SIGKILL");
    await until(/died \(SIGKILL\), 10/);
    log.length = 0;
    await until(/ready http/);
    expect(supervised.pid).not.toBe(pid);
    expect(supervised.state).toBe("ready");
  });

  test("does not restart a child that says it can never be ready", async () => {
    const { supervisor, log, until } = observed();
    supervisor.start(child("refuse", 1));
    await until(/given up/);
    expect(log.filter((line) => line.includes("born"))).toHaveLength(1);
    expect(log.at(-1)).toBe("refuse given up: The file is no model.");
  });

  test("lets a child drain, and leaves no process behind", async () => {
    const { supervisor, until } = observed();
    const supervised = supervisor.start(child("drain"));
    await until(/born/);
    const began = performance.now();
    await supervisor.stop(5000);
    expect(performance.now() - began).toBeGreaterThanOrEqual(40);
    expect(isAlive(supervised.pid)).toBe(false);
    expect(supervised.state).toBe("stopped");
  });

  test("kills at the deadline what will not go", async () => {
    const { supervisor, until } = observed();
    const supervised = supervisor.start(child("stubborn"));
    await until(/about to break/);
    const began = performance.now();
    await supervisor.stop(200);
    expect(performance.now() - began).toBeGreaterThanOrEqual(190);
    expect(isAlive(supervised.pid)).toBe(false);
  });

  test("starts nothing after stop", async () => {
    const { supervisor, log, until } = observed();
    supervisor.start(child("ready", 1));
    await until(/died/);
    await supervisor.stop(100);
    const born = log.filter((line) => line.includes("born")).length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(log.filter((line) => line.includes("born"))).toHaveLength(born);
  });

  test("gives each life of a child the same input", async () => {
    const { supervisor, log, until } = observed();
    const supervised = supervisor.start({ ...child("say"), input: "hello" });
    const heard = () => log.filter((line) => line === "say: heard hello").length;
    await until(/heard hello/);
    process.kill(supervised.pid ?? -1, "SIGKILL");
    await expect.poll(heard).toBe(2);
  });
});
