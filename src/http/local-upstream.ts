/** @file One request handed on to an app in this very process, as `upstream.ts` hands it to a server. */
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, Hono, MiddlewareHandler } from "hono";
import { clientSignal, preparedHeaders } from "./node-exchange.ts";
import type { Upstream } from "./upstream.ts";

type LocalBindings = HttpBindings & { prepared?: Record<string, string> };

/**
 * Asks the app. A stream is at its end when this resolves: its failures, too, have been told.
 *
 * @param app begins with `inheritHeaders`.
 */
export async function openLocal(
  app: Hono,
  c: Context,
  body: Buffer | undefined,
): Promise<Upstream> {
  const request = new Request(c.req.url, {
    method: c.req.method,
    headers: { "content-type": "application/json" },
    signal: clientSignal(c),
    ...(body !== undefined && { body: new Uint8Array(body) }),
  });
  const bindings: LocalBindings = { ...(c.env as HttpBindings), prepared: preparedHeaders(c) };
  const response = await app.fetch(request, bindings);
  const isSent = response === RESPONSE_ALREADY_SENT;
  return {
    status: isSent ? 200 : response.status,
    relay: async () => [response, "complete"],
  };
}

/** What the outer app has prepared, the request's id above all, is the inner answer's too. */
export const inheritHeaders: MiddlewareHandler = async (c, next) => {
  const { prepared = {} } = c.env as LocalBindings;
  for (const [name, value] of Object.entries(prepared)) c.header(name, value);
  await next();
};
