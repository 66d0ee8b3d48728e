/** @file Makes a folder where Node's own way would try for ever. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * With the folders above it, for its owner's eyes only. Node 20's own `recursive` never returns where
 * /proc refuses a folder. Whatever has the name already, a file too, is left as it is.
 *
 * @throws the system's error.
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another process was faster
  }
}
