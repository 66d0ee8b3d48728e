/** @file Which architectures the installed llama.cpp knows, by its own word. */
import { fork } from "node:child_process";
import { UsageError } from "../errors/usage-error.ts";
import type { ArchitectureReply } from "./architecture-process.ts";
import { siblingModule } from "./sibling-module.ts";

const limitMs = 60_000;

/**
 * Asks in a process of its own, since llama.cpp is made to load what is no model.
 *
 * @returns Those of `names` that it knows.
 * @throws {UsageError} llama.cpp cannot be loaded here, or does not answer.
 */
export async function supportedArchitectures(names: readonly string[]): Promise<string[]> {
  const { path, execArgv } = siblingModule(import.meta.url, "./architecture-process");
  const child = fork(path, [], { execArgv, stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const reply = await new Promise<ArchitectureReply>((resolve) => {
    child.once("message", (message: ArchitectureReply) => resolve(message));
    child.once("exit", () => resolve({ failed: "llama.cpp does not say what it supports." }));
    child.send(names);
  }).finally(() => clearTimeout(timer));
  if ("failed" in reply) throw new UsageError(reply.failed);
  return reply.known;
}
