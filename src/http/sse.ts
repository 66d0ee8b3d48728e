/**
 * @file Server-sent events, both ways: to a client as they happen, and from a server however the
 * bytes were cut on their way.
 *
 * Format: https://html.spec.whatwg.org/multipage/server-sent-events.html, with OpenAI's `[DONE]`.
 */
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { Framing } from "../dialects/dialect.ts";
import { openAiDialect } from "../dialects/openai-dialect.ts";
import { ApiError } from "../errors/api-error.ts";
import { dialectOf, toFailureFrame } from "./dialect.ts";
import { EventPump } from "./event-pump.ts";
import { handedOn, nodeExchange, preparedHeaders } from "./node-exchange.ts";

/**
 * Answers with one `data:` event for each JSON text, and `[DONE]` unless `done` is false.
 *
 * It commits to 200 with the first event, or after 5 s: what fails before is thrown, and answered
 * as any failure; what fails later is one last `data: {"error":…}`, without `[DONE]`. When the
 * client leaves, `return()` is called on the iterator at once. A client that lets 256 KiB pile up
 * for 60 s is cut.
 */
export function streamEvents(
  c: Context,
  events: AsyncIterable<string>,
  { done = true }: { done?: boolean } = {},
): Promise<Response> {
  const { stream } = openAiDialect;
  return pump(c, events, done ? stream : { ...stream, farewell: "" });
}

/** The same in the dialect of the request's path: each text is one message of its stream. */
export function streamMessages(c: Context, messages: AsyncIterable<string>): Promise<Response> {
  return pump(c, messages, dialectOf(c.req.path).stream);
}

async function pump(c: Context, source: AsyncIterable<string>, framing: Framing) {
  const outgoing = nodeExchange(c)?.outgoing;
  if (!outgoing) throw new Error("A stream needs a socket: call the app through serve().");
  const headers = preparedHeaders(c);
  const onFailure = (failure: unknown) => {
    const handed = handedOn(c);
    if (handed && !isOfRequest(failure)) handed.isBroken = true;
    return toFailureFrame(c, failure);
  };
  await new EventPump(source, { outgoing, headers, framing, onFailure }).run();
  return RESPONSE_ALREADY_SENT;
}

function isOfRequest(failure: unknown): boolean {
  return failure instanceof ApiError && failure.status < 500;
}

export type ServerSentEvent = { event: string; data: string };

/** A line beyond this is no event of ours: the sender is broken or hostile. */
const maxEventChars = 4 * 1024 * 1024;

/**
 * Reads events from a body. Comments are skipped; an event without its blank line is dropped, as
 * the standard says.
 *
 * @param onBytes Called for every piece that comes, comments too: the sender is alive.
 * @throws {RangeError} an event longer than 4 Mi characters.
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  onBytes?: () => void,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    onBytes?.();
    rest += decoder.decode(bytes, { stream: true });
    // A CR at the very end may be half of a CRLF: it waits for the next piece.
    const blocks = rest.replace(/\r\n|\r(?!$)/g, "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    if (rest.length > maxEventChars) throw new RangeError("A server-sent event is too long.");
    for (const block of blocks) {
      const event = toEvent(block);
      if (event) yield event;
    }
  }
}

function toEvent(block: string): ServerSentEvent | undefined {
  const data: string[] = [];
  let event = "message";
  for (const line of block.split("\n")) {
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === "data") data.push(value);
    if (field === "event") event = value;
  }
  return data.length > 0 ? { event, data: data.join("\n") } : undefined;
}
