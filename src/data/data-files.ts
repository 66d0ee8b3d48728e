/** @file Which files a path to data means: itself, or all the data files of a folder. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors/usage-error.ts";

const endings = /\.(json|jsonl|ndjson|csv|parquet)(\.gz)?$/i;

/**
 * @param path a file, a folder, which is searched to its depths, or `-`.
 * @returns    paths in the order of their names; hidden ones are left out.
 * @throws {UsageError} it leads nowhere, or to a folder without data.
 */
export function dataFiles(path: string): string[] {
  const found = path === "-" ? undefined : statSync(path, { throwIfNoEntry: false });
  if (path === "-") return [path];
  if (!found) throw new UsageError(`There is no file or folder ${path}.`);
  if (!found.isDirectory()) return [path];
  const files = readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => endings.test(name) && !/(^|[\\/])\./.test(name))
    .sort()
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile());
  if (files.length > 0) return files;
  throw new UsageError(`The folder ${path} has no data: no .jsonl, .json, .csv or .parquet file.`);
}
