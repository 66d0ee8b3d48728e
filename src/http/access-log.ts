/** @file One line a request on stderr. Never bodies, keys or query strings. */
import type { Context, Next } from "hono";
import { nodeExchange } from "./node-exchange.ts";
import { requestId } from "./request-id.ts";

/** What the log calls an answer whose client left first (nginx's number for it). */
const clientClosed = 499;

export async function logRequest(c: Context, next: Next): Promise<void> {
  const startedAt = performance.now();
  const { method, path } = c.req;
  const id = requestId(c);
  const outgoing = nodeExchange(c)?.outgoing;
  outgoing?.once("close", () => {
    const status = outgoing.writableFinished ? outgoing.statusCode : clientClosed;
    const tookMs = Math.round(performance.now() - startedAt);
    console.error(`${new Date().toISOString()} ${method} ${path} ${status} ${tookMs}ms ${id}`);
  });
  await next();
}
