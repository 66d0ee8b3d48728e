/** @file Files that are to be written when long work is done: what can go wrong is found out before. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "../errors/usage-error.ts";

/** Leaves no trace, whatever becomes of the work. @throws {UsageError} the file cannot be written. */
export function assertWritable(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new UsageError(`'${file}' is a folder: name a file to write.`);
  const folder = dirname(resolve(file));
  if (!found && !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`There is no folder '${folder}' to write '${file}' in.`);
  try {
    accessSync(found ? file : folder, constants.W_OK);
  } catch {
    throw new UsageError(`Cannot write '${file}': there is no permission.`);
  }
}

/** Whether both paths lead to one file, be it there yet or not. */
export function isSameFile(one: string, other: string): boolean {
  return realPath(one) === realPath(other);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file);
  }
}
