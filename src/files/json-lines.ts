/** @file JSON Lines: one row a line, cut at the newline bytes before anything is decoded. */
import { encodingOf, handOver, UnfinishedBytes } from "./json-rows.ts";
import type { RowSink } from "./row-sink.ts";

const newline = 10;

export async function readJsonLines(
  chunks: AsyncIterable<Buffer>,
  sink: RowSink,
  file: string,
): Promise<void> {
  const unfinished = new UnfinishedBytes(file);
  let line = 0;
  for await (const chunk of chunks) {
    const encoding = encodingOf(chunk);
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      line++;
      if (unfinished.isEmpty) handOver(chunk.toString(encoding, start, end), sink, line);
      else {
        unfinished.add(chunk.subarray(start, end));
        handOver(unfinished.take().toString(), sink, line);
      }
      start = end + 1;
    }
    unfinished.add(chunk.subarray(start));
  }
  if (!unfinished.isEmpty) handOver(unfinished.take().toString(), sink, line + 1);
}
