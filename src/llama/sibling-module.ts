/** @file Finds the module beside this one that is to run in a process or thread of its own. */
import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Resolves `name` (`"./loop"`) beside the calling module: `.js` when we run compiled, `.ts` with
 * tsx's loader when we run from source.
 */
export function siblingModule(
  importMetaUrl: string,
  name: string,
): { path: string; execArgv: string[] } {
  const fromSource = importMetaUrl.endsWith(".ts");
  const url = new URL(`${name}.${fromSource ? "ts" : "js"}`, importMetaUrl);
  return {
    path: fileURLToPath(url),
    execArgv: fromSource ? ["--import", "tsx"] : [],
  };
}

/** Starts the module beside the calling one in a worker thread. */
export function siblingThread(importMetaUrl: string, name: string, options: WorkerOptions): Worker {
  const { path, execArgv } = siblingModule(importMetaUrl, name);
  if (execArgv.length === 0) return new Worker(path, options);
  // Node 20 does not apply `--import` to threads: the loader is registered from inside.
  const load = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(path)}); })`;
  return new Worker(load, { ...options, eval: true });
}
