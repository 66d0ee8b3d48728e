/**
 * @file A file that is there whole or not at all, whatever dies or is full: written beside its place,
 * synced, renamed, and the folder synced, so that the new name outlives a power cut too.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { isSystemError, systemWords } from "../errors/system-error.ts";
import { UsageError } from "../errors/usage-error.ts";

/**
 * @param write Writes the file at the path it is given.
 * @throws {UsageError} the disk is full, or the folder not writable.
 */
export function writeWhole(path: string, write: (unfinished: string) => void): void {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    write(unfinished);
    sync(unfinished, "r+");
    renameSync(unfinished, path);
    syncFolder(dirname(path));
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new UsageError(`Cannot write ${path}: ${systemWords(cause)}.`, { cause });
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Bytes that one call to the system can take. */
const mostAtOnce = 2 ** 30;

/** Writes all of it, in as many calls as that takes. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(fd, bytes, done, Math.min(bytes.length - done, mostAtOnce));
}

/** Windows has no such thing, and some network folders neither: PostgreSQL goes by the same rule. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  try {
    sync(path, "r");
  } catch (error) {
    const lacksIt =
      isSystemError(error) && ["EINVAL", "EBADF", "ENOTSUP"].includes(`${error.code}`);
    if (!lacksIt) throw error;
  }
}

function sync(path: string, flags: "r" | "r+"): void {
  const fd = openSync(path, flags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
