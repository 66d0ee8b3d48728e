/** @file How this program starts itself again, as a child. */
import { fileURLToPath } from "node:url";

/** Streams make much short-lived garbage: V8's default nursery of 48 MB would only sit in memory. */
const smallNursery = "--max-semi-space-size=4";

/** What follows `node` on the command line; from source, tsx's loader comes along. */
export function selfArgs(...args: string[]): string[] {
  const entry = fileURLToPath(new URL("../../bin/fastchat.js", import.meta.url));
  const loader = import.meta.url.endsWith(".ts") ? ["--import", "tsx"] : [];
  return [smallNursery, ...loader, entry, ...args];
}
