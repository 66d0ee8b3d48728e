import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

/** A parent whose child hangs on its only thread, and says its number first. */
const parent = `
  import { fork } from "node:child_process";
  fork(process.argv[1], { stdio: "inherit", execArgv: ["--import", "tsx"] });
`;

test("a process that hangs goes with its parent", async () => {
  const child = new URL("hanging-child.ts", import.meta.url).pathname;
  const running = spawn(process.execPath, ["--input-type=module", "-e", parent, child], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(running.stdout, "data");
  const pid = Number(String(line));
  await new Promise((resolve) => setTimeout(resolve, 300)); // the watch starts beside it
  expect(isAlive(pid)).toBe(true);
  running.kill("SIGKILL");
  await expect.poll(() => isAlive(pid), { timeout: 3000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
