/**
 * @file A file of conversations that is being written: it stands under its name when it is whole,
 * and not before.
 */
import { createWriteStream, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { constants } from "node:os";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Conversation, ConversationFormat } from "../data/conversation.ts";
import type { Dropped } from "../data/dropped.ts";
import { toRow } from "../data/formats/write-row.ts";
import { BadRow } from "../files/bad-row.ts";
import { FlagError } from "./flag-error.ts";
import { assertWritable, isSameFile } from "./output-file.ts";

const stdout = "-";

/** @throws what is wrong with the file, before any work is done. */
export function checkOutput(flag: string, file: string, inputs: readonly string[]): void {
  if (file === stdout) return;
  if (/\.(csv|parquet)(\.gz)?$/i.test(file))
    throw new FlagError(flag, `names '${file}': only .json and .jsonl are written, gzipped or not`);
  if (inputs.some((input) => input !== stdout && isSameFile(input, file)))
    throw new FlagError(flag, `would overwrite the data in '${file}'`);
  assertWritable(file);
}

/** `.json` is one array, everything else JSON Lines; `.gz` behind it packs either. */
export class DataOutput {
  /** Rows so far. */
  written = 0;
  readonly #file: string;
  readonly #part: string | null;
  readonly #isArray: boolean;
  readonly #format: ConversationFormat | null;
  readonly #dropped: Dropped;
  /** Where bytes go in; they come out in the target. */
  readonly #stream: Writable;
  readonly #target: Writable;
  readonly #done: Promise<void>;
  readonly #onSignal = (signal: NodeJS.Signals) => {
    if (this.#part !== null) rmSync(this.#part, { force: true });
    process.exit(128 + constants.signals[signal]);
  };

  /**
   * @param format null writes each conversation as it was read.
   * @param dropped told what the format has no place for.
   */
  constructor(file: string, format: ConversationFormat | null, dropped: Dropped) {
    this.#file = file;
    this.#format = format;
    this.#dropped = dropped;
    this.#isArray = /\.json(\.gz)?$/i.test(file);
    this.#part = partOf(file);
    const { stream, done } = openStream(this.#part ?? file);
    this.#target = stream;
    this.#stream = /\.gz$/i.test(file) ? gzipInto(stream) : stream;
    this.#done = done;
    for (const signal of signals) process.once(signal, this.#onSignal);
  }

  async write(conversation: Conversation): Promise<void> {
    const row = this.#rowOf(conversation);
    if (row !== null) await this.writeRow(row);
  }

  async writeRow(row: object): Promise<void> {
    const text = JSON.stringify(row);
    const isFirst = this.written++ === 0;
    await this.#push(this.#isArray ? `${isFirst ? "[\n" : ",\n"}${text}` : `${text}\n`);
  }

  /** Gives the file its name. */
  async close(): Promise<void> {
    if (this.#isArray) await this.#push(this.written > 0 ? "\n]\n" : "[]\n");
    if (this.#file === stdout) return;
    this.#stream.end();
    await this.#done;
    if (this.#part !== null) renameSync(this.#part, realPath(this.#file));
    this.#forgetSignals();
  }

  /** Leaves what stood under the name as it was. */
  async abandon(): Promise<void> {
    if (this.#file === stdout) return;
    this.#target.destroy();
    await this.#done.catch(() => {}); // until it is closed, it may yet be opened
    if (this.#part !== null) rmSync(this.#part, { force: true });
    this.#forgetSignals();
  }

  #forgetSignals(): void {
    for (const signal of signals) process.removeListener(signal, this.#onSignal);
  }

  #rowOf(conversation: Conversation): object | null {
    try {
      return toRow(conversation, this.#format ?? conversation.format ?? "openai");
    } catch (cause) {
      if (!(cause instanceof BadRow)) throw cause;
      this.#dropped(cause.message, conversation.place);
      return null;
    }
  }

  async #push(text: string): Promise<void> {
    if (this.#stream.write(text)) return;
    const drained = new Promise((resolve) => this.#stream.once("drain", resolve));
    await Promise.race([drained, this.#done]);
  }
}

/** They end the program; what it has begun to write goes with it. */
const signals = ["SIGINT", "SIGTERM"] as const;

/** Beside the file, so that renaming it is one step; null for pipes and devices. */
function partOf(file: string): string | null {
  const found = file === stdout ? null : statSync(file, { throwIfNoEntry: false });
  const isWhole = found === undefined || found?.isFile();
  return isWhole ? `${realPath(file)}.${process.pid}.part` : null;
}

/** A link stays a link. */
function realPath(file: string): string {
  return statSync(file, { throwIfNoEntry: false }) ? realpathSync(file) : file;
}

function openStream(path: string): { stream: Writable; done: Promise<void> } {
  if (path === stdout) return { stream: process.stdout, done: new Promise(() => {}) };
  const stream = createWriteStream(path);
  const done = finished(stream);
  done.catch(() => {}); // whoever writes or closes hears of it
  return { stream, done };
}

function gzipInto(stream: Writable): Writable {
  const gzip = createGzip();
  gzip.pipe(stream);
  return gzip;
}
