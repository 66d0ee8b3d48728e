/** @file The files that a person named: that they are there is checked before the first is read. */
import { stat } from "node:fs/promises";
import { UsageError } from "../errors/usage-error.ts";

export type InputFile = {
  path: string;
  /** In messages. */
  name: string;
  /** Bytes; 0 where only reading tells. */
  size: number;
  isStdin: boolean;
  /** Neither a pipe nor standard input: it can be read at any place. */
  isRegular: boolean;
};

/** @throws {UsageError} a path leads nowhere, or to a folder. */
export function findFiles(paths: readonly string[]): Promise<InputFile[]> {
  return Promise.all(paths.map(findFile));
}

async function findFile(path: string): Promise<InputFile> {
  if (path === "-")
    return { path, name: "standard input", size: 0, isStdin: true, isRegular: false };
  const found = await stat(path).catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") throw new UsageError(`There is no file ${path}.`);
    throw new UsageError(
      `${path} cannot be read: ${cause instanceof Error ? cause.message : cause}.`,
    );
  });
  if (found.isDirectory()) throw new UsageError(`${path} is a folder: name the files in it.`);
  return { path, name: path, size: found.size, isStdin: false, isRegular: found.isFile() };
}
