/**
 * @file One line on a terminal that says how far long work is, and is gone when the work is done.
 * Where nobody watches (no TTY) it writes nothing.
 */
import type { WriteStream } from "node:tty";
import { columnsOf, shorten, toPrintable } from "../page/printable.ts";

type Screen = Pick<WriteStream, "isTTY" | "write"> & { columns?: number };

/** Faster than this no eye follows, and writing would slow the work, ms. */
const pauseMs = 100;
/** A rate over less than this is a guess, ms. */
const settledMs = 500;
const barColumns = 20;

export class ProgressBar {
  readonly #screen: Screen;
  readonly #now: () => number;
  #label = "";
  /** Bytes; null where nobody knows, as with a pipe. */
  #total: number | null = null;
  #startedMs = 0;
  #writtenMs = Number.NEGATIVE_INFINITY;

  /** @param now A clock that never goes back, ms: `performance.now`. */
  constructor(screen: Screen, now: () => number) {
    this.#screen = screen;
    this.#now = now;
  }

  start(label: string, totalBytes: number | null = null): void {
    this.#label = toPrintable(label);
    this.#total = totalBytes;
    this.#startedMs = this.#now();
    this.update(0);
  }

  /** Says it at once, or leaves it out where the last one is still fresh. */
  update(doneBytes: number, totalBytes = this.#total): void {
    this.#total = totalBytes;
    const now = this.#now();
    if (!this.#screen.isTTY || now - this.#writtenMs < pauseMs) return;
    this.#writtenMs = now;
    this.#screen.write(`\r${this.#toLine(doneBytes, now - this.#startedMs)}\x1b[K`);
  }

  /** Leaves the line empty for what comes next. */
  stop(): void {
    if (this.#writtenMs !== Number.NEGATIVE_INFINITY) this.#screen.write("\r\x1b[K");
    this.#writtenMs = Number.NEGATIVE_INFINITY;
  }

  #toLine(done: number, elapsedMs: number): string {
    const facts = [...toShare(done, this.#total), ...toPace(done, this.#total, elapsedMs)].join(
      "  ",
    );
    // One column short: a full line would wrap on some terminals, and could not be erased.
    const room = (this.#screen.columns ?? 80) - 1;
    const label = room - columnsOf(facts) - 2;
    if (label >= 8) return `${shorten(this.#label, label)}  ${facts}`;
    return facts.slice(0, room);
  }
}

function toShare(done: number, total: number | null): string[] {
  if (total === null || total <= 0) return [toMegabytes(done)];
  const share = Math.min(1, done / total);
  const full = Math.round(share * barColumns);
  return [
    `${"█".repeat(full)}${"░".repeat(barColumns - full)}`,
    `${Math.floor(share * 100)} %`.padStart(5),
  ];
}

function toPace(done: number, total: number | null, elapsedMs: number): string[] {
  if (elapsedMs < settledMs || done <= 0) return [];
  const bytesPerMs = done / elapsedMs;
  const rate = `${toMegabytes(bytesPerMs * 1000)}/s`;
  if (total === null || total <= 0) return [rate];
  return [rate, `${toDuration(Math.max(0, total - done) / bytesPerMs)} left`];
}

function toMegabytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return `${megabytes < 9.95 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}

function toDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
