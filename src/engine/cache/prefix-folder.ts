/**
 * @file A folder of prefix files: their names, their order of use, and how it stays within its budget.
 *
 * Several workers may share one. Whatever another of them removes meanwhile is simply gone.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { isSystemError, systemWords } from "../../errors/system-error.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { makeFolder } from "../../files/make-folder.ts";
import { writeAll } from "../../llama/whole-file.ts";

const ourName = /^[0-9a-f]{16}-[0-9a-f]{32}\.prefix$/;
const unfinishedName = /^[0-9a-f]{16}-[0-9a-f]{32}\.prefix\.\d+\.part$/;
/** No write takes so long: what is older was left by one that died. */
const abandonedMs = 10 * 60_000;

/** The same tokens under the same fingerprint always have the same name. */
export function prefixName(fingerprint: string, tokens: ArrayLike<number>): string {
  const list = new Uint8Array(Int32Array.from(tokens).buffer);
  const digest = createHash("sha256").update(fingerprint).update(list).digest("hex");
  return `${fingerprint.slice(0, 16)}-${digest.slice(0, 32)}.prefix`;
}

/**
 * Makes the folder, for its owner's eyes only: the files are what people wrote, and who could change
 * them would put words in the model's mouth.
 *
 * @throws {UsageError} it cannot be made, or not be written to, or others may write to it.
 */
export function openFolder(folder: string): void {
  const probe = join(folder, `.${process.pid}.part`);
  try {
    makeFolder(folder);
    assertOurs(folder);
    writePieces(probe, []);
    rmSync(probe);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new UsageError(
      `The folder ${folder} cannot be used as --prompt-cache-dir: ${systemWords(cause)}.`,
      { cause },
    );
  }
}

function assertOurs(folder: string): void {
  const { uid, mode } = statSync(folder);
  const user = process.getuid?.(); // none on Windows, whose modes say nothing of others
  if (user === undefined || (uid === user && (mode & 0o022) === 0)) return;
  throw new UsageError(
    `Others may write to the folder ${folder}: take one of your own as --prompt-cache-dir, with mode 700.`,
  );
}

/** The names of the prefix files in it; none when it has gone. */
export function prefixNames(folder: string): string[] {
  return namesIn(folder).filter((name) => ourName.test(name));
}

/** Unix time, in ms, of the folder's last change; 0 when it has gone. */
export function changedAt(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * Puts a file in its place, whole or not at all. It is not synced: after a power cut its sum tells
 * whether all of it had reached the disk.
 *
 * @throws the system's error, when the disk is full or the folder gone.
 */
export function addPrefix(folder: string, name: string, pieces: readonly Uint8Array[]): void {
  const path = join(folder, name);
  const unfinished = `${path}.${process.pid}.part`;
  try {
    writePieces(unfinished, pieces);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

export function removePrefix(folder: string, name: string): void {
  rmSync(join(folder, name), { force: true });
}

/** Marks a file as used now. */
export function touchPrefix(folder: string, name: string): void {
  const now = new Date();
  tolerant(() => utimesSync(join(folder, name), now, now));
}

/** Removes what was left half written, then the files used longest ago until the rest fits. */
export function trimFolder(folder: string, budgetBytes: number, now = Date.now()): void {
  const sized = (name: string) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    return stat === undefined ? [] : [{ name, bytes: stat.size, usedAt: stat.mtimeMs }];
  };
  const all = namesIn(folder);
  for (const { name, usedAt } of all.filter((name) => unfinishedName.test(name)).flatMap(sized))
    if (now - usedAt > abandonedMs) removePrefix(folder, name);
  const files = all.filter((name) => ourName.test(name)).flatMap(sized);
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const file of files.sort((a, b) => a.usedAt - b.usedAt)) {
    if (bytes <= budgetBytes) return;
    removePrefix(folder, file.name);
    bytes -= file.bytes;
  }
}

function writePieces(path: string, pieces: readonly Uint8Array[]): void {
  const fd = openSync(path, "w", 0o600);
  try {
    for (const piece of pieces) writeAll(fd, piece);
  } finally {
    closeSync(fd);
  }
}

function namesIn(folder: string): string[] {
  return tolerant(() => readdirSync(folder)) ?? [];
}

function tolerant<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
