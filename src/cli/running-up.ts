/**
 * @file A running `fastchat up`, for those who start later on the same machine: where its controller
 * is, and the token that lets workers join, which only its own user may read.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const RunningUp = z.object({ pid: z.int(), controller: z.string(), join_token: z.string() });
type RunningUp = z.infer<typeof RunningUp>;

const fileIn = (dataDir: string) => join(dataDir, "up.json");

/** Leaves word in the data folder, which one `up` has at a time; the answer takes it back. */
export function announceUp(dataDir: string, up: Omit<RunningUp, "pid">): () => void {
  const file = fileIn(dataDir);
  rmSync(file, { force: true }); // `mode` is for a new file only
  writeFileSync(file, JSON.stringify({ pid: process.pid, ...up }), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** The `up` that runs with this data folder. */
export function findUp(dataDir: string): RunningUp | undefined {
  try {
    const up = RunningUp.parse(JSON.parse(readFileSync(fileIn(dataDir), "utf8")));
    process.kill(up.pid, 0);
    return up;
  } catch {
    return undefined; // none, or one that was killed
  }
}
