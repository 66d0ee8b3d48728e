/**
 * @file One JSON array of any size, as FastChat writes `clean_battle_*.json`: its elements are cut
 * out of the bytes, since a string in V8 ends at 512 MB, and parsed one by one.
 */
import { handOver, UnfinishedBytes } from "./json-rows.ts";
import type { RowSink } from "./row-sink.ts";

export async function readJsonArray(
  chunks: AsyncIterable<Buffer>,
  sink: RowSink,
  file: string,
): Promise<void> {
  const cutter = new ElementCutter(sink, file);
  for await (const chunk of chunks) cutter.push(chunk);
  cutter.end();
}

const [newline, quote, comma, open, backslash, close, openObject, closeObject] =
  Buffer.from('\n",[\\]{}');
const space = 32;

/** (256,) 1 for the bytes that matter within an element; most do not. */
const isStructure = new Uint8Array(256);
for (const byte of [newline, quote, comma, open, close, openObject, closeObject])
  isStructure[byte] = 1;

/** Follows only as much of JSON as tells where a top-level element ends. */
class ElementCutter {
  readonly #sink: RowSink;
  readonly #unfinished: UnfinishedBytes;
  /** Brackets that are open: the array's own is the first. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;
  #element = 0;
  /** Line where the current element begins; 0 between two. */
  #begun = 0;
  #opened = false;
  #complained = false;

  constructor(sink: RowSink, file: string) {
    this.#sink = sink;
    this.#unfinished = new UnfinishedBytes(file);
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      if (this.#inString) i = this.#endOfString(chunk, i);
      else if (this.#begun === 0 || isStructure[chunk[i]] === 1) {
        const byte = chunk[i];
        if (byte === newline) this.#line++;
        else if (byte <= space) continue;
        else if (this.#depth === 0) this.#atOuterLevel(byte);
        else if (this.#depth === 1 && (byte === comma || byte === close)) {
          this.#finish(chunk.subarray(start, i));
          if (byte === close) this.#depth = 0;
        } else {
          if (this.#begun === 0) start = i;
          this.#begun ||= this.#line;
          this.#followStructure(byte);
        }
      }
    }
    if (this.#begun > 0) this.#unfinished.add(chunk.subarray(start));
  }

  end(): void {
    if (this.#depth > 0)
      this.#complain("the file ends before its array does", this.#begun || this.#line);
  }

  /** Where the string's quote stands; past the end where it is not in this chunk. */
  #endOfString(chunk: Buffer, start: number): number {
    let i = this.#escaped ? start + 1 : start;
    while (i < chunk.length && chunk[i] !== quote) i += chunk[i] === backslash ? 2 : 1;
    this.#escaped = i > chunk.length; // its last byte was a backslash
    this.#inString = i >= chunk.length;
    return i;
  }

  #followStructure(byte: number): void {
    if (byte === quote) this.#inString = true;
    else if (byte === open || byte === openObject) this.#depth++;
    else if ((byte === close || byte === closeObject) && this.#depth > 1) this.#depth--;
  }

  #atOuterLevel(byte: number): void {
    if (!this.#opened && byte === open) {
      this.#opened = true;
      this.#depth = 1;
    } else if (!this.#complained) {
      this.#complained = true; // one row, however much there is
      this.#complain("the array has ended, but text follows", this.#line);
    }
  }

  #finish(tail: Buffer): void {
    if (this.#begun === 0) return;
    this.#unfinished.add(tail);
    this.#element++;
    handOver(this.#unfinished.take().toString(), this.#sink, this.#begun, this.#element);
    this.#begun = 0;
  }

  #complain(reason: string, line: number): void {
    this.#sink.badRow(reason, line, this.#element + 1);
  }
}
