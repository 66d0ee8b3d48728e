/** @file The folder of `--data-dir`, made and tried before anything else relies on it. */
import { accessSync, constants, statSync } from "node:fs";
import { isSystemError, systemWords } from "../errors/system-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { makeFolder } from "../files/make-folder.ts";

/** @throws {UsageError} it cannot be made, is a file, or may not be written to. */
export function openDataFolder(folder: string): void {
  try {
    makeFolder(folder);
    if (!statSync(folder).isDirectory()) refuse(folder, "it is a file");
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    refuse(folder, systemWords(cause), cause);
  }
}

function refuse(folder: string, why: string, cause?: Error): never {
  throw new UsageError(
    `The data folder '${folder}' cannot be used: ${why}. Choose another with --data-dir.`,
    { cause },
  );
}
