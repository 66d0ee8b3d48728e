/** @file How this program starts itself again, as a child. */
import { fileURLToPath } from "node:url";

/** What follows `node` on the command line; from source, tsx's loader comes along. */
export function selfArgs(...args: string[]): string[] {
  const entry = fileURLToPath(new URL("../../bin/fastchat.js", import.meta.url));
  const loader = import.meta.url.endsWith(".ts") ? ["--import", "tsx"] : [];
  return [...loader, entry, ...args];
}
