/**
 * @file A stream of events passed through as bytes, cut only between events: were it cut inside
 * one, the event that tells of the loss could not be read.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApiError } from "../errors/api-error.ts";
import { Backlog } from "./backlog.ts";
import type { Lifeline } from "./lifeline.ts";

const eventEnd = "\n\n";
/** An event longer than this is not one of ours. */
const maxEventBytes = 4 * 1024 * 1024;

/** True when every event arrived; false when the other server was lost, or the client left. */
export type IsComplete = boolean;

/** @param lost What the client is told when the other server dies. Its answer has begun. */
export function relayEvents(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  lifeline: Lifeline,
  lost: ApiError,
): Promise<IsComplete> {
  return new Promise((resolve) => {
    const backlog = new Backlog(outgoing);
    let rest: Buffer = Buffer.alloc(0);
    const settle = (complete: IsComplete) => {
      backlog.forget();
      answer.removeAllListeners("data");
      resolve(complete);
    };
    const fail = () => {
      if (!outgoing.destroyed) outgoing.end(`data: ${JSON.stringify(lost.toBody())}${eventEnd}`);
      answer.destroy();
      settle(false);
    };
    const resume = () => {
      lifeline.hold(false);
      answer.resume();
    };
    answer.on("data", (chunk: Buffer) => {
      lifeline.heard();
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const end = bytes.lastIndexOf(eventEnd) + eventEnd.length;
      const whole = end >= eventEnd.length ? end : 0;
      rest = bytes.subarray(whole);
      if (whole > 0) outgoing.write(bytes.subarray(0, whole));
      if (rest.length > maxEventBytes) return fail();
      if (!backlog.isFull()) return;
      lifeline.hold(true);
      answer.pause();
      backlog.whenRoom(resume);
    });
    answer.once("end", () => {
      outgoing.end(rest);
      settle(true);
    });
    answer.once("error", fail);
    outgoing.once("close", () => settle(outgoing.writableFinished));
    answer.resume();
  });
}
