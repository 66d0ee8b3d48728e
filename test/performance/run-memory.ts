/** @file The most memory that a whole `fastchat train` holds, on the 0.5B file, for two steps. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { uniform } from "../../src/fresh/random.ts";
import { teach } from "../../src/models/embedded/conversations.ts";
import { TrainRecord } from "../../src/protocol/training.ts";
import { rowTokens } from "./lora-step.ts";

const program = fileURLToPath(
  new URL(process.env.PROGRAM ?? "../../bin/fastchat.js", import.meta.url),
);

export async function memory(model: string, folder: string): Promise<void> {
  const data = join(folder, "lessons.jsonl");
  const lines = teach(uniform(1))
    .filter(({ messages }) => messages.length <= 3)
    .slice(0, 64);
  writeFileSync(data, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const output = join(folder, "trained");
  const options = {
    "model-path": model,
    data,
    output,
    "context-size": rowTokens,
    "batch-tokens": rowTokens,
    "max-steps": 2,
    gpu: "cpu",
    threads: process.env.THREADS ?? "auto",
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const own = await mostOwnBytes([program, "train", ...flags]);
  const records = readFileSync(join(output, "metrics.jsonl"), "utf8").trim().split("\n");
  const end = TrainRecord.parse(JSON.parse(records.at(-1) ?? ""));
  if (end.event !== "end") throw new Error("the run has no end");
  const weights = statSync(model).size;
  const limit = 1.6 * weights + 1e9;
  const missed = end.peak_memory_bytes > limit ? ", MISSED" : "";
  console.log(`\n# memory: two steps of fastchat train, LoRA, 0.5B in Q8_0, context ${rowTokens}`);
  console.log(
    `most resident: ${toMb(end.peak_memory_bytes)} (wanted: at most 1.6 · ${toMb(weights)} + 1 GB = ${toMb(limit)}${missed}); most without mapped files: ${toMb(own)}`,
  );
}

const toMb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/** Of the process and those it starts, what is no file's: as far as a look each 50 ms sees it. */
async function mostOwnBytes(args: string[]): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  let most = 0;
  const look = setInterval(() => {
    const pids = [child.pid ?? 0, ...childrenOf(child.pid ?? 0)];
    most = Math.max(most, ...pids.map(ownBytes));
  }, 50);
  const [code] = await once(child, "exit");
  clearInterval(look);
  if (code !== 0) throw new Error(`fastchat train ended with ${code}`);
  return most;
}

function childrenOf(pid: number): number[] {
  return readOr(`/proc/${pid}/task/${pid}/children`, "").split(" ").filter(Boolean).map(Number);
}

function ownBytes(pid: number): number {
  const status = readOr(`/proc/${pid}/status`, "");
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
}

/** A process may have ended, and not every system has /proc. */
function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}
