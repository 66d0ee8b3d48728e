/** @file The bytes of a request's body, refused early when they are not plain JSON or too many. */
import type { IncomingMessage } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import { ollamaDialect } from "../dialects/ollama/dialect.ts";
import { BodyTooLargeError } from "../errors/limit-errors.ts";
import { InvalidRequestError, UnsupportedMediaTypeError } from "../errors/request-errors.ts";
import { dialectOf } from "./dialect.ts";
import { handedOn, nodeExchange } from "./node-exchange.ts";

export const bodyLimitBytes = 4 * 1024 * 1024;
/** For models that see: a picture is base64 in the body, and a request may have several. */
export const pictureBodyLimitBytes = 32 * 1024 * 1024;

declare module "hono" {
  interface ContextVariableMap {
    bodyLimitBytes: number;
  }
}

/** Takes bodies up to another limit behind this. */
export function allowBodies(limitBytes: () => number): MiddlewareHandler {
  return (c, next) => {
    c.set("bodyLimitBytes", limitBytes());
    return next();
  };
}

/**
 * @throws {BodyTooLargeError} as soon as more than `limitBytes` are announced or have come.
 * @throws {UnsupportedMediaTypeError} not `application/json`, or compressed. A page on another
 *         origin can send plain text without asking; it cannot send JSON. Ollama's paths take what
 *         `curl -d` sends from whoever is no page.
 */
export async function readBody(
  c: Context,
  limitBytes = c.get("bodyLimitBytes") ?? bodyLimitBytes,
): Promise<Buffer> {
  assertPlainJson(c);
  if (Number(c.req.header("content-length") ?? 0) > limitBytes)
    throw new BodyTooLargeError(limitBytes);
  const given = handedOn(c);
  if (given) return given.body;
  const exchange = nodeExchange(c);
  if (exchange) return collectOnce(exchange.incoming, limitBytes);
  const body = Buffer.from(await c.req.arrayBuffer());
  if (body.length > limitBytes) throw new BodyTooLargeError(limitBytes);
  return body;
}

function assertPlainJson(c: Context): void {
  const encoding = c.req.header("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") throw new UnsupportedMediaTypeError(encoding);
  const type = c.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type === "application/json" || (isUntold(type) && isOllamaByHand(c))) return;
  throw new UnsupportedMediaTypeError(type?.slice(0, 100) || "a body without content-type");
}

/** What `curl -d` says of a body without meaning it. */
function isUntold(type: string | undefined): boolean {
  return type === undefined || type === "application/x-www-form-urlencoded";
}

/** Ollama's own examples name no type; a page on another origin cannot hide that it is one. */
function isOllamaByHand(c: Context): boolean {
  const { origin, "sec-fetch-site": site } = c.req.header();
  return dialectOf(c.req.path) === ollamaDialect && origin === undefined && site === undefined;
}

/** What was read of a request already: a route may look at it and leave it to the next one. */
const collected = new WeakMap<IncomingMessage, Promise<Buffer>>();

function collectOnce(incoming: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const known = collected.get(incoming) ?? collect(incoming, limitBytes);
  collected.set(incoming, known);
  return known;
}

/** By events: leaving a `for await` early would destroy the socket before the 413 is written. */
function collect(incoming: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) return void chunks.push(chunk);
      incoming.off("data", onData).pause();
      reject(new BodyTooLargeError(limitBytes));
    };
    const onLoss = () => reject(new InvalidRequestError("The body ended before it was complete."));
    const onEnd = () => {
      incoming.off("close", onLoss); // every request closes in the end
      resolve(Buffer.concat(chunks));
    };
    incoming.on("data", onData);
    incoming.once("end", onEnd).once("error", onLoss).once("close", onLoss);
  });
}
