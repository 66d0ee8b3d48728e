/** @file Finds the module beside this one that is to run in a process or thread of its own. */
import { fileURLToPath } from "node:url";

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
  return { path: fileURLToPath(url), execArgv: fromSource ? ["--import", "tsx"] : [] };
}
