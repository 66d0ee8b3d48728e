/** @file A file's bytes, chunk by chunk, and what is done to them before they are cut into rows. */
import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { UsageError } from "../errors/usage-error.ts";
import type { InputFile } from "./input-files.ts";

export type Chunks = AsyncIterable<Buffer>;

/** Large enough that what is done once for a chunk costs nothing for a row. */
const chunkBytes = 2 ** 20;

/** @throws {UsageError} the file cannot be read to its end. */
export async function* readChunks(file: InputFile, stdin: Readable): Chunks {
  try {
    yield* file.isStdin ? stdin : createReadStream(file.path, { highWaterMark: chunkBytes });
  } catch (cause) {
    throw new UsageError(`${file.name} cannot be read: ${messageOf(cause)}.`);
  }
}

/** Shows each chunk before it passes. */
export async function* observed(chunks: Chunks, see: (chunk: Buffer) => void): Chunks {
  for await (const chunk of chunks) {
    see(chunk);
    yield chunk;
  }
}

/** @throws {UsageError} what was packed is damaged or cut off. */
export async function* gunzipped(chunks: Chunks, name: string): Chunks {
  try {
    yield* pipeline(Readable.from(chunks), createGunzip({ chunkSize: chunkBytes }), () => {});
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const cutOff = cause instanceof Error && "code" in cause && cause.code === "Z_BUF_ERROR";
    const reason = cutOff ? "it ends too early" : messageOf(cause);
    throw new UsageError(`${name} cannot be unpacked: ${reason}.`);
  }
}

/** The first bytes, at least `bytes` of them where there are as many, and all chunks from them on. */
export async function peek(chunks: Chunks, bytes: number): Promise<{ head: Buffer; all: Chunks }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  for (let done = false; !done && head.length < bytes; ) {
    const next = await iterator.next();
    done = next.done ?? false;
    if (!next.done) head = Buffer.concat([head, next.value]);
  }
  return { head, all: resumed(head, iterator) };
}

async function* resumed(head: Buffer, rest: AsyncIterator<Buffer>): Chunks {
  yield head;
  for (;;) {
    const { done, value } = await rest.next();
    if (done) return;
    yield value;
  }
}

/** @param count of bytes, all of them in the first chunk. */
export async function* withoutFirst(count: number, chunks: Chunks): Chunks {
  let skip = count;
  for await (const chunk of chunks) {
    yield chunk.subarray(skip);
    skip = 0;
  }
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
