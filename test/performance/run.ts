/**
 * @file `make bench`: speed and memory, against llama-server built from the same sources where
 * LLAMA_SERVER names it (build-llama-server.sh makes it), and the figures of README's table.
 *
 *   make bench                                   everything, ours alone
 *   LLAMA_SERVER=/path/llama-server make bench   each figure with its ratio
 *   make bench BENCH="tiny memory"               some of: large, tiny, turns, api, memory, start,
 *                                               answers, speculation, lora, rerank, passthrough,
 *                                               ratings, train
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchOptions, runBench } from "../../src/bench/run.ts";
import { toTable } from "../../src/bench/table.ts";
import { writeBenchModel } from "../../src/fresh/bench-model.ts";
import { uniform } from "../../src/fresh/random.ts";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { adapters } from "./adapters.ts";
import { answers } from "./answers.ts";
import { passthrough } from "./passthrough.ts";
import { ratings } from "./ratings.ts";
import { rerank } from "./rerank.ts";
import {
  type Measured,
  residentBytes,
  type Setting,
  startLlamaServer,
  startThroughApi,
  startWorker,
} from "./servers.ts";
import { speculation } from "./speculation.ts";
import { training } from "./training.ts";

const parts = {
  large,
  tiny,
  turns,
  api,
  memory,
  start,
  answers: () => answers(largeModel()),
  lora: () => adapters(largeModel()),
  rerank: () => rerank(folder, threads),
  speculation: () => speculation(largeModel(), folder),
  passthrough: () => passthrough(tinyModel()),
  ratings: () => ratings(folder),
  train: () => training(folder),
};
const peer = process.env.LLAMA_SERVER;
const folder = mkdtempSync(join(tmpdir(), "fastchat-bench-"));
const threads = Math.min(availableParallelism(), Number(process.env.THREADS ?? 64));

const usual: Omit<BenchOptions, "targets" | "levels"> = {
  requests: 0,
  durationMs: Number.POSITIVE_INFINITY,
  rounds: Number(process.env.ROUNDS ?? 6),
  promptTokens: 64,
  maxTokens: 48,
  sharedPrefix: 0,
  turns: 1,
  seed: 1,
  distinctPrompts: false,
  uniform,
  onProgress: (line) => console.error(line),
};

/** The shape of Qwen2.5-0.5B in Q8_0: what a laptop serves. */
async function large(): Promise<void> {
  const levels = (process.env.LEVELS ?? "1,8,16").split(",").map(Number);
  await against(largeModel(), levels, {});
}

/** Two layers of 64: nothing but overhead. */
async function tiny(): Promise<void> {
  await against(tinyModel(), [1, 16], { maxTokens: 64, requests: 64 });
}

/** The second turn of a chat re-sends the first: how soon its answer begins. */
async function turns(): Promise<void> {
  await against(largeModel(), [1], { turns: 2, promptTokens: 128, maxTokens: 16, requests: 8 });
}

/** The way through controller and api, against the worker alone. */
async function api(): Promise<void> {
  const [through, worker, controller] = (await startThroughApi(largeModel())) as [
    Measured,
    Measured,
    Measured,
  ];
  await report("api ÷ worker", [through, worker], [8], {
    distinctPrompts: true,
  });
  for (const server of [through, worker, controller]) await server.stop();
}

/** Resident memory beyond the model, before and after many requests. */
async function memory(): Promise<void> {
  // Without the cache that is meant to fill, whatever grows is a leak.
  const worker = await startWorker({ ...tinyModel(), slots: 8 }, "--cache-ram=0");
  const before = residentBytes(worker.pid);
  const requests = Number(process.env.REQUESTS ?? 10_000);
  const sizes = [before];
  for (let part = 0; part < 4; part++) {
    await measured([worker], [16], {
      requests: requests / 4,
      rounds: 1,
      maxTokens: 8,
      seed: part,
    });
    sizes.push(residentBytes(worker.pid));
  }
  await worker.stop();
  const inMb = sizes.map((bytes) => (bytes / 1e6).toFixed(1)).join(" → ");
  console.log(`resident memory over ${requests} requests: ${inMb} MB`);
}

/** How long `fastchat --help` takes, and `fastchat` to its first token. */
async function start(): Promise<void> {
  const program = fileURLToPath(new URL("../../bin/fastchat.js", import.meta.url));
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const begin = performance.now();
    const child = spawn(process.execPath, [program, "--help"], {
      stdio: "ignore",
    });
    await new Promise((resolve) => child.once("exit", resolve));
    times.push(performance.now() - begin);
  }
  console.log(`fastchat --help: ${Math.min(...times).toFixed(0)} ms, the best of 5`);
}

const setting = (modelPath: string, contextSize: number): Setting => ({
  modelPath,
  slots: 16,
  threads,
  contextSize,
});

function largeModel(): Setting {
  const path = join(folder, "large.gguf");
  writeBenchModel(path);
  return setting(path, 8192);
}

function tinyModel(): Setting {
  const path = join(folder, "tiny.gguf");
  writeTinyModel(path, { architecture: "qwen2", contextLength: 8192 });
  return setting(path, 8192);
}

/** Ours alone, or ours ÷ llama-server. */
async function against(
  { ...model }: Setting,
  concurrency: number[],
  options: Partial<BenchOptions>,
): Promise<void> {
  const servers = [await startWorker(model)];
  if (peer !== undefined) servers.push(await startLlamaServer(peer, model));
  await report(
    peer === undefined ? "fastchat" : "fastchat ÷ llama-server",
    servers,
    concurrency,
    options,
  );
  for (const server of servers) await server.stop();
}

async function report(
  title: string,
  servers: Measured[],
  concurrency: number[],
  options: Partial<BenchOptions>,
): Promise<void> {
  console.log(`\n# ${title}`);
  console.log(toTable(await measured(servers, concurrency, options)));
}

function measured(servers: Measured[], concurrency: number[], options: Partial<BenchOptions>) {
  const [first, second] = servers.map(({ baseUrl }) => ({
    server: { baseUrl },
    model: "bench",
  }));
  if (first === undefined) throw new Error("nothing to measure");
  return runBench({
    ...usual,
    ...options,
    targets: second === undefined ? [first] : [first, second],
    levels: concurrency.map((clients) => ({ concurrency: clients })),
  });
}

mkdirSync(folder, { recursive: true });
try {
  const asked = process.argv.slice(2) as (keyof typeof parts)[];
  console.log(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, ${threads} threads, Node ${process.version}`,
  );
  for (const part of asked.length > 0 ? asked : (Object.keys(parts) as (keyof typeof parts)[])) {
    if (parts[part] === undefined)
      throw new Error(`'${part}' is not one of ${Object.keys(parts).join(", ")}`);
    await parts[part]();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
