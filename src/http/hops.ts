/**
 * @file Through how many servers of ours a request has come: one that stands in front of itself is
 * told so, before its places are all taken by one and the same request.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Context, MiddlewareHandler } from "hono";
import { InvalidRequestError } from "../errors/request-errors.ts";

/** As the controller counts those above one another. */
const header = "x-fastchat-hops";
/** Workers and apis by turns. */
const mostHops = 8;

const known = new AsyncLocalStorage<Record<string, string>>();

/**
 * What the next server is told.
 *
 * @throws {InvalidRequestError} it has come through too many; a 400, so that nobody asks again.
 */
export function nextHop(c: Context): Record<string, string> {
  const told = c.req.header(header) ?? "0";
  // What is no number was not written by one of ours.
  const hops = /^\d$/.test(told) ? Number(told) : mostHops;
  if (hops >= mostHops) throw new InvalidRequestError(tooMany, "model", "too_many_hops");
  return { [header]: String(hops + 1) };
}

const tooMany = `The request has come through ${mostHops} servers of FastChat: the server behind this model's worker leads back to the worker itself.`;

/** For those who ask other servers without knowing for whom: see `hopHeaders`. */
export const countHops: MiddlewareHandler = (c, next) => known.run(nextHop(c), next);

/** What `countHops` knows of the request that is being answered. */
export function hopHeaders(): Record<string, string> {
  return known.getStore() ?? {};
}
