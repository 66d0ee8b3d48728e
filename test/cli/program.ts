/** @file Runs the command line from source, as a user would: argv and stdin in, output and code out. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("../../bin/fastchat.js", import.meta.url));

export type Finished = { code: number | null; stdout: string; stderr: string };

export function startProgram(
  args: string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ["--import", "tsx", entry, ...args], {
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: "pipe",
  });
}

export async function runProgram(
  args: string[],
  { input = "", env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  const child = startProgram(args, env);
  child.stdin.end(input);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, "exit");
  const [stdout, stderr] = await output;
  return { code, stdout, stderr };
}

/** Waits for the first piece of stdout that matches. */
export async function waitFor(
  child: Pick<ChildProcess, "stdout" | "once">,
  pattern: RegExp,
): Promise<RegExpExecArray> {
  let seen = "";
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (part) => {
      seen += part;
      const match = pattern.exec(seen);
      if (match) resolve(match);
    });
    child.once("exit", () => reject(new Error(`it ended after: ${seen}`)));
  });
}
