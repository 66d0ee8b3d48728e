/** @file One id per request, from the client or ours: in the answer, in the log, on each hop. */
import { randomUUID } from "node:crypto";
import type { Context, Next } from "hono";

const header = "x-request-id";
const acceptable = /^[\w.:-]{1,128}$/;

export async function nameRequest(c: Context, next: Next): Promise<void> {
  const given = c.req.header(header);
  c.header(header, given && acceptable.test(given) ? given : `req_${randomUUID()}`);
  await next();
}

export function requestId(c: Context): string {
  return c.res.headers.get(header) ?? "-";
}
