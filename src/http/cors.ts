/** @file Which web pages may call from a browser. Never with cookies: a key is all that counts. */
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { isLoopback } from "./host-guard.ts";

const exposed = [
  "x-request-id",
  "request-id",
  "retry-after",
  "retry-after-ms",
  "x-should-retry",
  "openai-processing-ms",
];

/**
 * Answers preflights (before any key is asked for) and marks answers.
 *
 * @param origins Exact origins, or `*` for all; without any, pages from this machine.
 */
export function allowOrigins(origins: readonly string[] | undefined): MiddlewareHandler {
  const origin = origins === undefined ? loopbackOnly : listed(origins);
  // Without a list of headers hono allows those that are asked for: SDKs send x-stainless-*.
  return cors({ origin, exposeHeaders: exposed, maxAge: 600 });
}

function listed(origins: readonly string[]): string | string[] {
  return origins.includes("*") ? "*" : [...origins];
}

function loopbackOnly(origin: string): string | null {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  return url && isLoopback(url.hostname.replace(/^\[|\]$/g, "")) ? origin : null;
}
