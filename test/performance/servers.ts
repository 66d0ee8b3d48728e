/** @file The servers that are measured, each a process of its own: ours, and llama-server. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const fastchat = fileURLToPath(new URL("../../bin/fastchat.js", import.meta.url));

export type Measured = { baseUrl: string; pid: number; stop(): Promise<void> };

/** What both sides are given alike. */
export type Setting = {
  modelPath: string;
  slots: number;
  threads: number;
  contextSize: number;
};

/** `fastchat worker`, on its own. */
export async function startWorker(setting: Setting, ...more: string[]): Promise<Measured> {
  const port = await freePort();
  const { modelPath, slots, threads, contextSize } = setting;
  const args = [
    "worker",
    `--model-path=${modelPath}`,
    "--model-names=bench",
    `--port=${port}`,
    `--slots=${slots}`,
    `--threads=${threads}`,
    `--context-size=${contextSize}`,
  ];
  if (!more.some((flag) => flag.startsWith("--controller-address"))) more.push("--no-register");
  // As `fastchat up` starts its workers.
  const all = ["--max-semi-space-size=4", fastchat, ...args, ...more];
  return started(spawn(process.execPath, all, { stdio: "ignore" }), port);
}

/** A server that answers at once (echo-upstream.ts). */
export function startEcho(): Promise<Measured> {
  return startOwn(new URL("./echo-upstream.ts", import.meta.url));
}

/** A proxy that looks at nothing (bare-proxy.ts). */
export function startBareProxy(upstream: string): Promise<Measured> {
  return startOwn(new URL("./bare-proxy.ts", import.meta.url), upstream);
}

/** A program of this folder. */
async function startOwn(program: URL, ...more: string[]): Promise<Measured> {
  const port = await freePort();
  const args = ["--import", "tsx", fileURLToPath(program), String(port), ...more];
  return started(spawn(process.execPath, args, { stdio: "ignore" }), port);
}

/** `fastchat worker` in front of another server. */
export async function startRemote(upstream: string): Promise<Measured> {
  const port = await freePort();
  const args = ["worker", "--backend=openai", `--upstream=${upstream}`, `--port=${port}`];
  const all = ["--max-semi-space-size=4", fastchat, ...args, "--no-register"];
  return started(spawn(process.execPath, all, { stdio: "ignore" }), port);
}

/** `fastchat controller` and `fastchat api`, with a worker registered. */
export async function startThroughApi(setting: Setting): Promise<Measured[]> {
  const [controllerPort, apiPort] = [await freePort(), await freePort()];
  const controllerAddress = `--controller-address=http://127.0.0.1:${controllerPort}`;
  const run = (...args: string[]) =>
    spawn(process.execPath, [fastchat, ...args], { stdio: "ignore" });
  const controller = await started(run("controller", `--port=${controllerPort}`), controllerPort);
  const worker = await startWorker(setting, controllerAddress);
  const api = await started(run("api", `--port=${apiPort}`, controllerAddress), apiPort);
  return [api, worker, controller];
}

/** @param program Path of a llama-server of the same release. */
export async function startLlamaServer(program: string, setting: Setting): Promise<Measured> {
  const port = await freePort();
  const { modelPath, slots, threads, contextSize } = setting;
  const args = [
    "-m",
    modelPath,
    "-np",
    slots,
    "-t",
    threads,
    "-c",
    contextSize,
    "-kvu",
    "--port",
    port,
  ];
  return started(spawn(program, args.map(String), { stdio: "ignore" }), port);
}

/** Resident memory of the process and its children, in bytes, shared pages counted once. */
export function residentBytes(pid: number): number {
  const own = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const theirs = children.filter(Boolean).map((child) => residentBytes(Number(child)));
  return theirs.reduce((sum, bytes) => sum + bytes, Number(own ?? 0) * 1024);
}

async function started(child: ChildProcess, port: number): Promise<Measured> {
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 120_000;
  for (;;) {
    const healthy = await fetch(`${url}/health`)
      .then(({ ok }) => ok)
      .catch(() => false);
    if (healthy) break;
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${child.spawnargs.join(" ")} does not start`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { baseUrl: `${url}/v1`, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
