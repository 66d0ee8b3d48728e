/** @file One request handed on to an app in this very process, as `upstream.ts` hands it to a server. */
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, Hono, MiddlewareHandler } from "hono";
import {
  type Bindings,
  clientSignal,
  type HandedOn,
  handedOn as handedOnTo,
  preparedHeaders,
} from "./node-exchange.ts";
import type { Upstream } from "./upstream.ts";

/**
 * Asks the app. A stream is at its end when this resolves: its failures, too, have been told.
 *
 * @param app begins with `inheritHeaders`.
 */
export async function openLocal(
  app: Hono,
  c: Context,
  body: Buffer = Buffer.alloc(0),
): Promise<Upstream> {
  const request = new Request(c.req.url, {
    method: c.req.method,
    headers: { "content-type": "application/json" },
    signal: clientSignal(c),
  });
  const headers = preparedHeaders(c);
  const handedOn: HandedOn = { body, headers, isBroken: false };
  const bindings: Bindings = { ...(c.env as Bindings), handedOn };
  const response = await app.fetch(request, bindings);
  const status = response === RESPONSE_ALREADY_SENT ? 200 : response.status;
  return { status, relay: async () => [response, handedOn.isBroken ? "lost" : "complete"] };
}

/** What the outer app has prepared, the request's id above all, is the inner answer's too. */
export const inheritHeaders: MiddlewareHandler = async (c, next) => {
  for (const [name, value] of Object.entries(handedOnTo(c)?.headers ?? {})) c.header(name, value);
  await next();
};
