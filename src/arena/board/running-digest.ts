/** @file The SHA-256 of a file that grows at its end, without reading its beginning again. */
import { createHash, type Hash } from "node:crypto";

export class RunningDigest {
  #hash = createHash("sha256");
  /** What told each line from others of its row when it was digested. */
  #marks: unknown[] = [];

  /**
   * Hexadecimal, of the lines of all rows.
   *
   * @param rows   those of the last time, and more behind them.
   * @param markOf the part of a row that may have changed since: then all is read again.
   */
  of<T>(rows: readonly T[], markOf: (row: T) => unknown, lineOf: (row: T) => string): string {
    const isSame = this.#marks.every((mark, i) => {
      const row = rows[i];
      return row !== undefined && markOf(row) === mark;
    });
    if (!isSame) {
      this.#hash = createHash("sha256");
      this.#marks = [];
    }
    for (const row of rows.slice(this.#marks.length)) {
      this.#hash.update(lineOf(row));
      this.#marks.push(markOf(row));
    }
    return copyOf(this.#hash).digest("hex");
  }
}

/** A digest can be taken once. */
const copyOf = (hash: Hash) => hash.copy();
