/**
 * @file A model file as a bounded row of bytes: never blocks on a FIFO, never reads past the end,
 * never holds more than one chunk.
 */

import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { GgufError } from "./gguf-error.ts";

const chunkBytes = 256 * 1024;

export class GgufSource {
  readonly path: string;
  readonly size: number;
  readonly #fd: number;
  readonly #chunk = Buffer.alloc(chunkBytes);
  /** The part of the chunk that is not yet read. */
  #rest = this.#chunk.subarray(0, 0);
  /** Where in the file the byte after the chunk stands. */
  #fetched = 0;

  /** @throws {GgufError} the path is missing, unreadable, or not a regular file. */
  constructor(path: string) {
    this.path = path;
    refuseSpecialFile(path);
    this.#fd = translated(path, () => openSync(path, constants.O_RDONLY | nonBlocking));
    const stat = fstatSync(this.#fd);
    this.size = stat.size;
    if (stat.isFile()) return; // else swapped since the first look
    this.close();
    throw notAFile(path);
  }

  close(): void {
    closeSync(this.#fd);
  }

  get position(): number {
    return this.#fetched - this.#rest.length;
  }

  get remaining(): number {
    return this.size - this.position;
  }

  /** The next bytes, without moving on; fewer than asked only at the end of the file. */
  peek(length: number): Buffer {
    if (this.#rest.length < length) this.#refill();
    return this.#rest.subarray(0, length);
  }

  /** Copies the next bytes out, over as many chunks as that takes. */
  read(length: number, field: string): Buffer {
    this.need(length, field);
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const part = this.peek(1).length > 0 ? this.#rest.subarray(0, length - done) : this.#rest;
      if (part.length === 0) throw this.truncated(length - done, field);
      part.copy(bytes, done);
      done += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return bytes;
  }

  uint32(field: string): number {
    return this.#number(4, field).readUInt32LE(0);
  }

  /** A count or a length; beyond 2⁵³ it is rounded, which only makes it more surely too large. */
  uint64(field: string): number {
    const bytes = this.#number(8, field);
    return bytes.readUInt32LE(0) + bytes.readUInt32LE(4) * 2 ** 32;
  }

  /** @throws {GgufError} the file ends before `length` more bytes. */
  need(length: number, field: string): void {
    if (length > this.remaining) throw this.truncated(length, field);
  }

  truncated(length: number, field: string): GgufError {
    const needed = this.position + length;
    return new GgufError(this.path, field, `truncated: needs ${needed} bytes, has ${this.size}`);
  }

  #number(length: number, field: string): Buffer {
    const bytes = this.peek(length);
    if (bytes.length < length) throw this.truncated(length, field);
    this.#rest = this.#rest.subarray(length);
    return bytes;
  }

  #refill(): void {
    const kept = this.#rest.length;
    this.#rest.copy(this.#chunk);
    const limit = Math.min(this.#chunk.length - kept, this.size - this.#fetched);
    const got = limit > 0 ? readSync(this.#fd, this.#chunk, kept, limit, this.#fetched) : 0;
    this.#fetched += got;
    this.#rest = this.#chunk.subarray(0, kept + got);
  }
}

/** Windows has no such flag, and no FIFO in its file system either. */
const nonBlocking = constants.O_NONBLOCK ?? 0;

function refuseSpecialFile(path: string): void {
  const stat = translated(path, () => statSync(path));
  if (stat.isDirectory()) throw new GgufError(path, "file", "it is a directory");
  if (!stat.isFile()) throw notAFile(path);
}

function notAFile(path: string): GgufError {
  return new GgufError(path, "file", "it is not a regular file");
}

function translated<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new GgufError(path, "file", causes[code] ?? `it cannot be read (${code || error})`);
  }
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "no permission to read it",
  ELOOP: "its symbolic links go in a circle",
  ENAMETOOLONG: "the path is too long",
  ERR_INVALID_ARG_VALUE: "the path contains a zero byte",
};
