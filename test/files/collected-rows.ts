/** @file A sink that keeps what a reader finds, and chunks cut at any place, for the readers' tests. */
import type { RowSink } from "../../src/files/row-sink.ts";

export type Found = { row?: unknown; bad?: string; line: number; element: number };

export type ReadRows = (
  chunks: AsyncIterable<Buffer>,
  sink: RowSink,
  file: string,
) => Promise<void>;

/** All that the reader finds in the bytes, cut into chunks at the given places. */
export async function collectRows(
  read: ReadRows,
  bytes: Buffer | string,
  cuts: readonly number[] = [],
): Promise<Found[]> {
  const found: Found[] = [];
  const sink: RowSink = {
    row: (row, line, element) => found.push({ row, line, element }),
    badRow: (bad, line, element) => found.push({ bad, line, element }),
  };
  await read(chunksOf(Buffer.from(bytes), cuts), sink, "battles");
  return found;
}

async function* chunksOf(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const ends = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}
