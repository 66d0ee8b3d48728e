/**
 * @file Who may call: one of a list of secrets, as OpenAI's or as Anthropic's clients send it, or as
 * any client does that finds it in a URL (`http://anybody:KEY@host`), FastChat's own programs above all.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { InvalidApiKeyError } from "../errors/access-errors.ts";

/**
 * Lets a request through that carries one of the keys as `Authorization: Bearer`, as the password of
 * `Authorization: Basic`, or as `x-api-key`. An empty list lets everybody through.
 *
 * @throws {InvalidApiKeyError} no key, or a wrong one.
 */
export function requireKey(keys: readonly string[]): MiddlewareHandler {
  const carriesKey = keyFinder(keys);
  return async (c, next) => {
    if (keys.length > 0 && !carriesKey(c)) throw new InvalidApiKeyError();
    await next();
  };
}

/** @returns Whether a request carries one of the keys; with an empty list none does. */
export function keyFinder(keys: readonly string[]): (c: Context) => boolean {
  const known = keys.map(digest);
  return (c) => isKnown(known, givenKey(c));
}

function givenKey(c: Context): string {
  const [, scheme, given = ""] =
    /^(bearer|basic) +(\S+) *$/i.exec(c.req.header("authorization") ?? "") ?? [];
  if (scheme === undefined) return c.req.header("x-api-key") ?? "";
  return scheme.toLowerCase() === "basic" ? passwordIn(given) : given;
}

/** What stands behind the user's name, whoever that is (RFC 7617). */
function passwordIn(credentials: string): string {
  const text = Buffer.from(credentials, "base64").toString();
  const colon = text.indexOf(":");
  return colon < 0 ? "" : text.slice(colon + 1);
}

/** Looks at every key, whichever fits: the time taken says nothing about them. */
function isKnown(known: readonly Buffer[], given: string): boolean {
  const found = digest(given);
  return known.map((key) => timingSafeEqual(key, found)).includes(true);
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
