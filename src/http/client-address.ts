/**
 * @file Whose request it is: the peer of the socket, or, where that is a proxy we were told to
 * trust, whom the proxy names. Anybody else's `X-Forwarded-For` is words.
 */
import { isIP } from "node:net";
import type { Context } from "hono";
import { addressRanges } from "./address-ranges.ts";
import { nodeExchange } from "./node-exchange.ts";

export type Client = {
  /** IPv4 or IPv6; empty where there is no socket. */
  address: string;
  /** The client speaks TLS, to us or to the trusted proxy. */
  secure: boolean;
};

/** @throws {UsageError} one of `trusted` is neither an address nor a CIDR range. */
export function clientFinder(trusted: readonly string[]): (c: Context) => Client {
  const isTrusted = addressRanges(
    trusted,
    (range) => `'${range}' is no address of a proxy: give one like 10.0.0.1 or 10.0.0.0/8.`,
  );
  return (c) => {
    const peer = plain(nodeExchange(c)?.incoming.socket.remoteAddress ?? "");
    if (!isTrusted(peer)) return { address: peer, secure: false };
    const named = (c.req.header("x-forwarded-for") ?? "")
      .split(",")
      .map((one) => plain(one.trim()));
    // From the right: each trusted proxy vouches for the one before it.
    const address = named.findLast((one) => isIP(one) !== 0 && !isTrusted(one)) ?? peer;
    return { address, secure: c.req.header("x-forwarded-proto") === "https" };
  };
}

/** IPv4 as such, also where the socket speaks IPv6. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, "");
