/** @file Node's own request and response behind a Hono context, for the paths that must be fast. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";

/** What an app is given by another one, in this process, which has read the request before it. */
export type HandedOn = {
  body: Buffer;
  headers: Record<string, string>;
  /** Told back: the stream was broken off by a failure of ours, not of the request. */
  isBroken: boolean;
};

export type Bindings = HttpBindings & { handedOn?: HandedOn };

/** Undefined where the request came by itself. */
export function handedOn(c: Context): HandedOn | undefined {
  return (c.env as Bindings | undefined)?.handedOn;
}

/** Undefined when the app is called in process (`app.request`), without a socket. */
export function nodeExchange(c: Context): HttpBindings | undefined {
  const bindings = c.env as HttpBindings | undefined;
  return bindings?.outgoing ? bindings : undefined;
}

/** Aborts as soon as the client's socket closes before the answer is complete. */
export function clientSignal(c: Context): AbortSignal {
  return c.req.raw.signal;
}

/**
 * Hands over the headers that middleware has set so far, for a response written without Hono.
 * Reading them from `c.res` would make a response of it, into which Hono copies what is returned.
 */
export function preparedHeaders(c: Context): Record<string, string> {
  return Object.fromEntries(c.body(null).headers);
}
