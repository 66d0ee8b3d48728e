/**
 * @file The answer of a server that is not ours, passed on as bytes. It may be long in coming: who
 * waits for a stream is told every 5 s that it is still on its way.
 */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import { dialectOf, toFailureFrame } from "./dialect.ts";
import { EventRelay, type MessageFilter } from "./event-relay.ts";
import { nodeExchange, preparedHeaders } from "./node-exchange.ts";
import { Silence } from "./silence.ts";

export type Passage = {
  /** The client asked for a stream. */
  isStream: boolean;
  /** After so long without a byte the server is given up. */
  silenceMs: number;
  filter: MessageFilter;
  /** An answer that is no stream, read to its end and judged. */
  readWhole(answer: IncomingMessage): Promise<Buffer>;
  /** What the client is told when the server breaks off, falls silent, or sends too much at once. */
  lost(why: "lost" | "silent" | "too-large"): Error;
};

const tickMs = 5000;
/** No event of a chat is so long; the log-probabilities of a whole prompt may come near it. */
const maxEventBytes = 8 << 20;

/**
 * Waits for the answer and passes it on. What fails before the first byte is thrown, later it is
 * one last event.
 *
 * @param ask Told when the client leaves; rejects with what the client is told.
 */
export async function passAnswer(
  c: Context,
  ask: (signal: AbortSignal) => Promise<IncomingMessage>,
  passage: Passage,
): Promise<Response> {
  const outgoing = nodeExchange(c)?.outgoing;
  if (!outgoing) throw new Error("A stream needs a socket: call the app through serve().");
  const waiting = passage.isStream ? new Waiting(c, outgoing) : null;
  const leaving = new AbortController();
  const onLeave = () => {
    if (!outgoing.writableFinished) leaving.abort();
  };
  outgoing.once("close", onLeave);
  if (outgoing.destroyed) onLeave();
  try {
    const answer = await ask(leaving.signal);
    if (isEventStream(answer)) await passStream(c, outgoing, answer, passage);
    else passWhole(c, outgoing, await passage.readWhole(answer), passage);
    return RESPONSE_ALREADY_SENT;
  } catch (error) {
    if (!outgoing.headersSent) throw error;
    if (!outgoing.destroyed) outgoing.end(toFailureFrame(c, error));
    return RESPONSE_ALREADY_SENT;
  } finally {
    outgoing.off("close", onLeave);
    waiting?.end();
  }
}

/** Straight to the socket: a Response on the way would cost a good part of what all this does. */
function passWhole(c: Context, outgoing: ServerResponse, body: Buffer, { lost }: Passage): void {
  if (outgoing.headersSent) throw lost("lost"); // a stream was begun, and this is none
  outgoing.writeHead(200, {
    ...preparedHeaders(c),
    "content-type": "application/json",
    "content-length": body.length,
  });
  outgoing.end(body);
}

async function passStream(
  c: Context,
  outgoing: ServerResponse,
  answer: IncomingMessage,
  { silenceMs, filter, lost }: Passage,
): Promise<void> {
  let why: "lost" | "silent" = "lost";
  const silence = new Silence(silenceMs, () => {
    why = "silent";
    answer.destroy(lost(why));
  });
  try {
    await firstBytes(answer, () => lost(why));
    commit(c, outgoing);
    const words = (end: "lost" | "too-large" | "failed") =>
      toFailureFrame(c, filter.failure ?? lost(end === "too-large" ? end : why));
    const limits = { filter, maxBytes: maxEventBytes };
    // What is not complete the relay has closed, or the client by leaving.
    await new EventRelay(answer, outgoing, silence, null, words, limits).run();
  } catch (error) {
    answer.destroy();
    throw error;
  } finally {
    silence.end();
  }
}

/** Leaves them where they are. */
async function firstBytes(answer: IncomingMessage, lost: () => Error): Promise<void> {
  try {
    await once(answer, "readable");
  } catch {
    throw lost();
  }
  if (answer.readableLength === 0) throw lost();
}

function commit(c: Context, outgoing: ServerResponse): void {
  if (outgoing.headersSent) return;
  outgoing.writeHead(200, {
    ...preparedHeaders(c),
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
  });
}

function isEventStream({ headers }: IncomingMessage): boolean {
  return /^text\/event-stream\b/.test(headers["content-type"] ?? "");
}

/** Pings a client whose stream is silent. */
class Waiting {
  readonly #timer: NodeJS.Timeout;

  constructor(c: Context, outgoing: ServerResponse) {
    const { ping } = dialectOf(c.req.path).stream;
    const written = () => outgoing.socket?.bytesWritten;
    let before = written();
    this.#timer = setInterval(() => {
      if (written() === before && !outgoing.destroyed && !outgoing.writableEnded) {
        commit(c, outgoing);
        outgoing.write(ping);
      }
      before = written();
    }, tickMs);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
