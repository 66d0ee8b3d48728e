/**
 * @file Looks at a model file before anybody relies on it: our own reader first, then llama.cpp in
 * a child process with a time limit, because one hostile file in twelve crashes or hangs the
 * process that loads it.
 */
import { fork } from "node:child_process";
import { statSync } from "node:fs";
import { UsageError } from "../errors/usage-error.ts";
import { readGguf } from "./gguf-reader.ts";
import { assertServed } from "./known-architectures.ts";
import { describeModel, type ModelDescription } from "./model-description.ts";
import type { ProbeReply } from "./probe-process.ts";
import { siblingModule } from "./sibling-module.ts";

/** 30 s, and one more for each GB: the disk may be slow. */
const baseLimitMs = 30_000;
const limitMsPerByte = 1e-6;

/**
 * Reads what the file says about itself and makes sure that llama.cpp takes it.
 *
 * @throws {GgufError} the file is not a sound GGUF.
 * @throws {UsageError} we do not serve its kind, or llama.cpp refuses it, crashes on it, or does not come back in time.
 */
export async function probeModel(path: string): Promise<ModelDescription> {
  const description = describeModel(readGguf(path));
  assertModel(path, description.type);
  assertServed(path, description.architecture);
  const limitMs = baseLimitMs + statSync(path).size * limitMsPerByte;
  const refused = await tryLoading(path, limitMs);
  if (refused !== null) throw new UsageError(refused);
  return description;
}

/** What GGUF files hold beside models. */
const companions: Record<string, string> = {
  adapter: "a LoRA adapter: give it with --lora, and its base with --model-path",
  mmproj: "the part of a model that sees pictures, which is not served",
  imatrix: "a table for quantising a model, not a model",
};

function assertModel(path: string, type: string): void {
  const what = Object.hasOwn(companions, type) ? companions[type] : undefined;
  if (what !== undefined) throw new UsageError(`${path} is ${what}.`);
}

function tryLoading(path: string, limitMs: number): Promise<string | null> {
  const { path: module, execArgv } = siblingModule(import.meta.url, "./probe-process");
  const child = fork(module, [path], {
    execArgv,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  return new Promise((resolve) => {
    const late = () => {
      child.kill("SIGKILL");
      resolve(
        `${path} cannot be used: llama.cpp did not get through it in ${Math.round(limitMs / 1000)} s.`,
      );
    };
    const timer = setTimeout(late, limitMs);
    child.once("message", (reply: ProbeReply) => resolve(reply.refused));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      resolve(
        `${path} cannot be used: llama.cpp crashes on it (${signal ?? `exit code ${code}`}).`,
      );
    });
  });
}
