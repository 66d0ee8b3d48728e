/** @file A message that came whole, as the events that it would have been streamed as. */
import type { StreamedEvent, WholeMessage } from "./message-shape.ts";

export async function* wholeEvents(
  answers: AsyncIterable<WholeMessage>,
): AsyncGenerator<StreamedEvent, void> {
  for await (const { content, stop_reason, stop_sequence, usage } of answers) {
    for (const [index, content_block] of content.entries()) {
      yield { type: "content_block_start", index, content_block };
      yield { type: "content_block_stop", index };
    }
    yield { type: "message_delta", delta: { stop_reason, stop_sequence }, usage };
    yield { type: "message_stop" };
  }
}
