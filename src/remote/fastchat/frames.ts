/** @file The frames of a FastChat worker's answer: JSON texts, each ended by a zero byte. */
import { UpstreamError } from "../../errors/upstream-errors.ts";
import { WorkerFrame } from "../../protocol/fastchat-worker.ts";

/** Text comes whole with every frame; one beyond this is no answer. */
const maxFrameBytes = 16 << 20;

/**
 * @param model Our name for it, for errors.
 * @throws {UpstreamError} a frame is endless, or is none.
 */
export async function* framesOf(
  model: string,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<WorkerFrame, void> {
  for await (const frame of frameBytes(model, bytes)) yield toFrame(model, frame);
}

/** The bytes of each frame, without its end; empty ones, which say nothing, are left out. */
export async function* frameBytes(
  model: string,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, from)) {
      const frame = Buffer.concat([...parts, chunk.subarray(from, end)]);
      [parts, size, from] = [[], 0, end + 1];
      if (frame.length > 0) yield frame;
    }
    const rest = chunk.subarray(from);
    if (rest.length > 0) parts.push(rest);
    size += rest.length;
    if (size > maxFrameBytes) throw new UpstreamError(model, "sent a frame without an end");
  }
  if (size > 0) throw new UpstreamError(model, "broke off within a frame", "upstream_lost");
}

function toFrame(model: string, bytes: Buffer): WorkerFrame {
  try {
    return WorkerFrame.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    throw new UpstreamError(model, "sent a frame that makes no sense");
  }
}
