/** @file Rows that are pulled: in order, none lost, and no faster than they are taken. */
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import type { RowSink } from "../../src/files/row-sink.ts";
import { pulledRows } from "../../src/files/row-stream.ts";

/** Three pieces of two rows each; tells how many pieces it has read. */
function reader(read: { pieces: number; closed: boolean }, fail = false) {
  return async (sink: RowSink) => {
    try {
      for (const piece of [0, 1, 2]) {
        read.pieces++;
        sink.row({ piece }, 2 * piece + 1, 0);
        sink.badRow("bad", 2 * piece + 2, 0);
        await sink.ready?.();
      }
      if (fail) throw new UsageError("The disk is gone.");
    } finally {
      read.closed = true;
    }
  };
}

describe("pulledRows", () => {
  test("gives every row, good and bad, in order", async () => {
    const lines: number[] = [];
    const bad: number[] = [];
    for await (const row of pulledRows(reader({ pieces: 0, closed: false }))) {
      lines.push(row.line);
      if (row.bad !== undefined) bad.push(row.line);
    }
    expect(lines).toEqual([1, 2, 3, 4, 5, 6]);
    expect(bad).toEqual([2, 4, 6]);
  });

  test("reads the next piece when the last is taken", async () => {
    const read = { pieces: 0, closed: false };
    const seen: number[] = [];
    for await (const _ of pulledRows(reader(read))) seen.push(read.pieces);
    expect(seen).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("lets the reader close its file when nobody pulls any more", async () => {
    const read = { pieces: 0, closed: false };
    for await (const _ of pulledRows(reader(read))) break;
    expect(read).toEqual({ pieces: 1, closed: true });
  });

  test("throws what the reader throws, behind its rows", async () => {
    let rows = 0;
    const pull = async () => {
      for await (const _ of pulledRows(reader({ pieces: 0, closed: false }, true))) rows++;
    };
    await expect(pull()).rejects.toThrow(new UsageError("The disk is gone."));
    expect(rows).toBe(6);
  });

  test("throws at once where nothing was read", async () => {
    const pull = pulledRows(() => Promise.reject(new UsageError("No.")));
    await expect(pull.next()).rejects.toThrow(new UsageError("No."));
  });

  test("gives what a reader finds that never waits", async () => {
    const rows = pulledRows(async (sink) => {
      for (let line = 1; line <= 1000; line++) sink.row(line, line, 0);
    });
    let count = 0;
    for await (const _ of rows) count++;
    expect(count).toBe(1000);
  });
});
