/** @file Who may call: one of a list of secrets, as OpenAI's or as Anthropic's clients send it. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { InvalidApiKeyError } from "../errors/api-error.ts";

/**
 * Lets a request through that carries one of the keys as `Authorization: Bearer` or `x-api-key`.
 * An empty list lets everybody through.
 *
 * @throws {InvalidApiKeyError} no key, or a wrong one.
 */
export function requireKey(keys: readonly string[]): MiddlewareHandler {
  const known = keys.map(digest);
  return async (c, next) => {
    if (known.length > 0 && !isKnown(known, givenKey(c))) throw new InvalidApiKeyError();
    await next();
  };
}

function givenKey(c: Context): string {
  const bearer = /^bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
  return bearer ?? c.req.header("x-api-key") ?? "";
}

/** Looks at every key, whichever fits: the time taken says nothing about them. */
function isKnown(known: readonly Buffer[], given: string): boolean {
  const found = digest(given);
  return known.map((key) => timingSafeEqual(key, found)).includes(true);
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
