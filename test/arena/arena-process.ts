/** @file `fastchat arena` as a process of its own, for what one process cannot measure of itself. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export type ArenaProcess = {
  url: string;
  dataDir: string;
  pid: number;
  /** Ends it as one does, and removes what it kept. */
  stop(): Promise<void>;
};

/** @param settings of the `arena:` section. */
export async function startArena(apiUrl: string, settings: object = {}): Promise<ArenaProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), "fastchat-arena-"));
  const config = join(dataDir, "models.yaml");
  writeFileSync(config, JSON.stringify({ arena: settings })); // JSON is YAML
  const child = spawn(
    process.execPath,
    [
      ...["--import", "tsx", join(import.meta.dirname, "../../bin/fastchat.js"), "arena"],
      ...["--port=0", `--api-base=${apiUrl}`, `--data-dir=${dataDir}`, `--config=${config}`],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\S+/.exec(line) ?? [];
    if (!url) continue;
    return {
      url,
      dataDir,
      pid: child.pid ?? 0,
      stop: async () => {
        child.kill("SIGTERM");
        await once(child, "exit");
        rmSync(dataDir, { recursive: true, force: true });
      },
    };
  }
  throw new Error("The arena ended before it was ready.");
}
