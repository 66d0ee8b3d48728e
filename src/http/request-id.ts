/** @file One id per request, from the client or ours: in the answer, in the log, on each hop. */
import { randomUUID } from "node:crypto";
import type { Context, Next } from "hono";

const header = "x-request-id";
/** Anthropic's name for it, on Anthropic's paths. */
const anthropicHeader = "request-id";
const acceptable = /^[\w.:-]{1,128}$/;

export async function nameRequest(c: Context, next: Next): Promise<void> {
  const given = c.req.header(header);
  const id = given && acceptable.test(given) ? given : `req_${randomUUID()}`;
  c.header(header, id);
  if (c.req.path.startsWith("/v1/messages")) c.header(anthropicHeader, id);
  await next();
}

export function requestId(c: Context): string {
  return c.res.headers.get(header) ?? "-";
}
