/**
 * @file One line on a terminal that says how far long work is, and is gone when the work is done.
 * Where nobody watches (no TTY) it writes nothing. It counts bytes, or steps, or
 * knows of a share only.
 */
import type { WriteStream } from "node:tty";
import { columnsOf, shorten, toPrintable } from "../page/printable.ts";

type Screen = Pick<WriteStream, "isTTY" | "write"> & { columns?: number };

/** Faster than this no eye follows, and writing would slow the work, ms. */
const pauseMs = 100;
/** A rate over less than this is a guess, ms. */
const settledMs = 500;

export type Unit = "bytes" | "steps" | "share";
/** Steps have more to say beside the bar. */
const barColumns: Record<Unit, number> = { bytes: 20, steps: 10, share: 20 };

export class ProgressBar {
  readonly #screen: Screen;
  readonly #now: () => number;
  #label = "";
  #unit: Unit = "bytes";
  /** null where nobody knows, as with a pipe. */
  #total: number | null = null;
  /** What was done before we began to watch. */
  #from = 0;
  #note = "";
  #startedMs = 0;
  #writtenMs = Number.NEGATIVE_INFINITY;

  /** @param now A clock that never goes back, ms: `performance.now`. */
  constructor(screen: Screen, now: () => number) {
    this.#screen = screen;
    this.#now = now;
  }

  /** @param from what is done already: it says nothing about the pace. */
  start(label: string, total: number | null = null, unit: Unit = "bytes", from = 0): void {
    this.#label = toPrintable(label);
    this.#total = total;
    this.#unit = unit;
    this.#from = from;
    this.#note = "";
    this.#startedMs = this.#now();
    this.update(from);
  }

  /**
   * Says it at once, or leaves it out where the last one is still fresh.
   *
   * @param note stays until there is another one.
   */
  update(done: number, total = this.#total, note = this.#note): void {
    this.#total = total;
    this.#note = note;
    const now = this.#now();
    if (!this.#screen.isTTY || now - this.#writtenMs < pauseMs) return;
    this.#writtenMs = now;
    this.#screen.write(`\r${this.#toLine(done, now - this.#startedMs)}\x1b[K`);
  }

  /** Leaves the line empty for what comes next. */
  stop(): void {
    if (this.#writtenMs !== Number.NEGATIVE_INFINITY) this.#screen.write("\r\x1b[K");
    this.#writtenMs = Number.NEGATIVE_INFINITY;
  }

  #toLine(done: number, elapsedMs: number): string {
    const [unit, total] = [this.#unit, this.#total];
    const facts = [
      ...toShare(done, total, unit),
      ...(this.#note === "" ? [] : [this.#note]),
      ...toPace(done, this.#from, total, elapsedMs, unit),
    ].join("  ");
    // One column short: a full line would wrap on some terminals, and could not be erased.
    const room = (this.#screen.columns ?? 80) - 1;
    const label = room - columnsOf(facts) - 2;
    if (label >= 8) return `${shorten(this.#label, label)}  ${facts}`;
    return facts.slice(0, room);
  }
}

function toShare(done: number, total: number | null, unit: Unit): string[] {
  if (total === null || total <= 0) return unit === "share" ? [] : [toAmount(done, unit)];
  const share = Math.min(1, done / total);
  const full = Math.round(share * barColumns[unit]);
  return [
    `${"█".repeat(full)}${"░".repeat(barColumns[unit] - full)}`,
    unit === "steps" ? `${done}/${total}` : `${Math.floor(share * 100)} %`.padStart(5),
  ];
}

function toPace(
  done: number,
  from: number,
  total: number | null,
  elapsedMs: number,
  unit: Unit,
): string[] {
  if (elapsedMs < settledMs || done <= from) return [];
  const perMs = (done - from) / elapsedMs;
  const rate = unit === "bytes" ? [`${toMegabytes(perMs * 1000)}/s`] : [];
  if (total === null || total <= 0) return rate;
  return [...rate, `${toDuration(Math.max(0, total - done) / perMs)} left`];
}

const toAmount = (done: number, unit: Unit) => (unit === "bytes" ? toMegabytes(done) : `${done}`);

function toMegabytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return `${megabytes < 9.95 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}

/** `90 s`, `12 min`, `3 h`. */
export function toDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
