/** @file What JSON Lines and a JSON array share: bytes of one value become a row. */
import { isAscii } from "node:buffer";
import { UsageError } from "../errors/usage-error.ts";
import type { RowSink } from "./row-sink.ts";

/** One value may not be longer: V8's strings end at 512 MB, and no row of ours is near it. */
const maxBytes = 256 * 2 ** 20;

/** Pieces of a value whose end has not been read yet. */
export class UnfinishedBytes {
  readonly #file: string;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** @throws {UsageError} what should be one row grows beyond all bounds. */
  add(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > maxBytes)
      throw new UsageError(`${this.#file} has a row of more than 256 MB: it is no list of rows.`);
    if (piece.length > 0) this.#pieces.push(piece);
  }

  take(): Buffer {
    const whole = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return whole ?? Buffer.alloc(0);
  }
}

/** Latin-1 is decoded in a third of the time, and says the same of ASCII. */
export const encodingOf = (bytes: Buffer) => (isAscii(bytes) ? "latin1" : "utf8");

/** Parses one value; blank text is no row. */
export function handOver(text: string, sink: RowSink, line: number, element = 0): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (text.trim() === "") return;
    sink.badRow(`not JSON: ${cause instanceof Error ? cause.message : cause}`, line, element);
    return;
  }
  sink.row(value, line, element);
}
