/** @file What a file holds, told by its first bytes: names lie, and standard input has none. */
import { UsageError } from "../errors/usage-error.ts";

/** As many bytes as tell one format from another. */
export const headBytes = 4096;

export type TextFormat = "json-lines" | "json-array" | "csv";

export const isGzip = (head: Buffer) => head[0] === 0x1f && head[1] === 0x8b;
export const isParquet = (head: Buffer) => head.subarray(0, 4).toString("latin1") === "PAR1";

/** How many bytes of it some editors put before UTF-8. */
export const byteOrderMarkOf = (head: Buffer) => (head.indexOf("\ufeff") === 0 ? 3 : 0);

/** @throws {UsageError} the file is empty, or no text. */
export function textFormatOf(head: Buffer, file: string): TextFormat {
  if (head.includes(0))
    throw new UsageError(
      `${file} is not text: rows are read from JSON, JSON Lines and CSV in UTF-8, also with gzip, and from Parquet.`,
    );
  const start = head
    .toString()
    .replace(/^\ufeff/, "")
    .trimStart();
  if (start === "" && head.length < headBytes) throw new UsageError(`${file} is empty.`);
  if (start.startsWith("[")) return "json-array";
  const isNamedJson = /\.(json|jsonl|ndjson)(\.gz)?$/i.test(file);
  return start.startsWith("{") || start === "" || isNamedJson ? "json-lines" : "csv";
}
