/** @file One line a request on stderr. Never bodies, keys or query strings. */
import type { Context, Next } from "hono";
import { onEnd } from "./exchange-end.ts";
import { nodeExchange } from "./node-exchange.ts";
import { requestId } from "./request-id.ts";

export async function logRequest(c: Context, next: Next): Promise<void> {
  const { method, path } = c.req;
  const id = requestId(c);
  const outgoing = nodeExchange(c)?.outgoing;
  if (outgoing)
    onEnd(outgoing, ({ status, ms }) => {
      const at = new Date().toISOString();
      console.error(`${at} ${method} ${path} ${status} ${Math.round(ms)}ms ${id}`);
    });
  await next();
}
