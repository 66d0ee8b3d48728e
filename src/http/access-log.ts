/** @file One line a request on stderr. Never bodies, keys or query strings. */
import type { Context, Next } from "hono";
import { onEnd } from "./exchange-end.ts";
import { nodeExchange } from "./node-exchange.ts";
import { requestId } from "./request-id.ts";

/** Of the request; a client's line breaks and other signs without a face stay escaped. */
export function loggedPath(c: Context): string {
  return c.req.path.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, encodeURIComponent);
}

export async function logRequest(c: Context, next: Next): Promise<void> {
  const { method } = c.req;
  const path = loggedPath(c);
  const id = requestId(c);
  const outgoing = nodeExchange(c)?.outgoing;
  if (outgoing)
    onEnd(outgoing, ({ status, ms }) => {
      const at = new Date().toISOString();
      console.error(`${at} ${method} ${path} ${status} ${Math.round(ms)}ms ${id}`);
    });
  await next();
}
