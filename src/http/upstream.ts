/**
 * @file One request handed on to another server. Until the first byte of its answer the caller may
 * still ask elsewhere; from then on the answer is passed through.
 */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { ApiError } from "../errors/api-error.ts";
import { AnswerTooLargeError } from "../errors/limit-errors.ts";
import type { Call, HttpClient } from "./client.ts";
import { dialectOf, toFailureFrame } from "./dialect.ts";
import { EventRelay, maxMessageBytes, type StreamEnd } from "./event-relay.ts";
import { Lifeline } from "./lifeline.ts";
import { nodeExchange, preparedHeaders } from "./node-exchange.ts";

/** An answer that is not streamed is held until it is whole, so that half of one is never sent. */
const maxBodyBytes = 256 * 1024 * 1024;

export type UpstreamCall = Call & {
  url: string;
  /** Asked after 15 s of silence; without it, silence is death. */
  isAlive?: () => Promise<boolean>;
};

export type Upstream = {
  status: number;
  /**
   * Passes the answer on, and says how it ended.
   *
   * @param lost What the client is told when the server dies in the middle of a stream.
   */
  relay(c: Context, lost: () => ApiError): Promise<[Response, StreamEnd]>;
};

/**
 * Sends, and waits for the first bytes of a stream, or for the whole of any other answer.
 *
 * @throws {Error} the connection failed, or the server fell silent, before that.
 * @throws {AnswerTooLargeError} the whole is larger than what is held.
 */
export async function openUpstream(client: HttpClient, call: UpstreamCall): Promise<Upstream> {
  const lifeline = new Lifeline(call.signal, call.isAlive);
  try {
    const answer = await client.send(call.url, {
      ...call,
      signal: lifeline.signal,
    });
    lifeline.heard();
    const open = isStream(answer) ? openStream : readWhole;
    return await open(answer, lifeline);
  } catch (error) {
    lifeline.end();
    throw error;
  }
}

/** `readable` tells of the first bytes and leaves them where they are. */
async function openStream(answer: IncomingMessage, lifeline: Lifeline): Promise<Upstream> {
  await once(answer, "readable");
  const status = answer.statusCode ?? 502;
  return {
    status,
    async relay(c, lost) {
      const outgoing = nodeExchange(c)?.outgoing;
      if (!outgoing) throw new Error("A stream needs a socket: call the app through serve().");
      outgoing.writeHead(status, {
        ...preparedHeaders(c),
        ...passedOn(answer),
      });
      const { after } = dialectOf(c.req.path).stream;
      const tooLarge = () => new AnswerTooLargeError(maxMessageBytes);
      const end = await new EventRelay(answer, outgoing, lifeline, after, (why) =>
        toFailureFrame(c, why === "too-large" ? tooLarge() : lost()),
      ).run();
      lifeline.end();
      return [RESPONSE_ALREADY_SENT, end];
    },
  };
}

async function readWhole(answer: IncomingMessage, lifeline: Lifeline): Promise<Upstream> {
  const chunks: Buffer[] = [];
  let size = 0;
  assertHeld(answer, Number(answer.headers["content-length"] ?? 0));
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    lifeline.heard();
    chunks.push(chunk);
    size += chunk.length;
    assertHeld(answer, size);
  }
  lifeline.end();
  const status = answer.statusCode ?? 502;
  return {
    status,
    async relay(c) {
      const headers = { ...preparedHeaders(c), ...passedOn(answer) };
      return [new Response(Buffer.concat(chunks), { status, headers }), "complete"];
    },
  };
}

/** @throws {AnswerTooLargeError} it is more than is held. */
function assertHeld(answer: IncomingMessage, bytes: number): void {
  if (bytes <= maxBodyBytes) return;
  answer.destroy();
  throw new AnswerTooLargeError(maxBodyBytes);
}

function isStream({ headers }: IncomingMessage): boolean {
  return /^(text\/event-stream|application\/x-ndjson)\b/.test(headers["content-type"] ?? "");
}

/** What a worker says to our client; how it is sent and who may read it is ours to say. */
const passed = /^(content-type|cache-control|x-accel-buffering|retry-after(-ms)?|openai-.*|x-.*)$/;

function passedOn({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => passed.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
