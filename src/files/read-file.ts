/** @file One file of any format: its rows to a sink, its digest as the answer. */
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { UsageError } from "../errors/usage-error.ts";
import { type Chunks, gunzipped, observed, peek, readChunks, withoutFirst } from "./byte-chunks.ts";
import { readCsv } from "./csv-rows.ts";
import { byteOrderMarkOf, headBytes, isGzip, isParquet, textFormatOf } from "./file-format.ts";
import type { InputFile } from "./input-files.ts";
import { readJsonArray } from "./json-array.ts";
import { readJsonLines } from "./json-lines.ts";
import { readParquet } from "./parquet-rows.ts";
import type { RowSink } from "./row-sink.ts";
import type { TableLayout } from "./table-layout.ts";

/**
 * @param stdin what is read if the file is standard input.
 * @param onRead told how many of the file's bytes have been read.
 * @returns the SHA-256 of the file as it lies there, in hexadecimal.
 * @throws {UsageError} it cannot be read as what its first bytes say it is.
 */
export async function readFile(
  file: InputFile,
  stdin: Readable,
  sink: RowSink,
  layout: TableLayout,
  onRead: (bytes: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  const bytes = observed(readChunks(file, stdin), (chunk) => hash.update(chunk));
  const { head, all } = await peek(bytes, headBytes);
  if (isParquet(head)) {
    await consume(all); // for the digest: the format itself is read from its end
    await readParquet(seekable(file), sink, layout, (share) => onRead(share * file.size));
  } else {
    let read = 0;
    const counted = observed(all, (chunk) => {
      read += chunk.length;
      onRead(read);
    });
    const plain = isGzip(head) ? gunzipped(counted, file.name) : counted;
    await readText(plain, sink, file.name, layout);
  }
  return hash.digest("hex");
}

const readers = { "json-lines": readJsonLines, "json-array": readJsonArray, csv: readCsv };

async function readText(
  chunks: Chunks,
  sink: RowSink,
  name: string,
  layout: TableLayout,
): Promise<void> {
  const { head, all } = await peek(chunks, headBytes);
  if (isParquet(head)) throw new UsageError(`${name} is Parquet inside gzip: unpack it first.`);
  const read = readers[textFormatOf(head, name)];
  await read(withoutFirst(byteOrderMarkOf(head), paced(all, sink)), sink, name, layout);
}

/** Waits between two chunks for the sink, where it asks for that. */
async function* paced(chunks: Chunks, sink: RowSink): Chunks {
  for await (const chunk of chunks) {
    yield chunk;
    await sink.ready?.();
  }
}

/** The path of a file that is not a pipe. */
function seekable({ path, name, isRegular }: InputFile): string {
  if (isRegular) return path;
  throw new UsageError(`${name} is Parquet, which cannot be read from a pipe: name the file.`);
}

async function consume(chunks: Chunks): Promise<void> {
  for await (const _ of chunks);
}
