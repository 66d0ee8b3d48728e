/**
 * @file Whose request it is: the peer of the socket, or, where that is a proxy we were told to
 * trust, whom the proxy names. Anybody else's `X-Forwarded-For` is words.
 */
import { BlockList, isIP } from "node:net";
import type { Context } from "hono";
import { UsageError } from "../errors/usage-error.ts";
import { nodeExchange } from "./node-exchange.ts";

export type Client = {
  /** IPv4 or IPv6; empty where there is no socket. */
  address: string;
  /** The client speaks TLS, to us or to the trusted proxy. */
  secure: boolean;
};

/** @throws {UsageError} one of `trusted` is neither an address nor a CIDR range. */
export function clientFinder(trusted: readonly string[]): (c: Context) => Client {
  const proxies = toBlockList(trusted);
  const isTrusted = (address: string) => isListed(proxies, address);
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

function toBlockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    const width = bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits);
    if (
      isIP(address) === 0 ||
      !Number.isInteger(width) ||
      width < 0 ||
      width > (family === "ipv6" ? 128 : 32)
    )
      throw new UsageError(
        `'${range}' is no address of a proxy: give one like 10.0.0.1 or 10.0.0.0/8.`,
      );
    list.addSubnet(address, width, family);
  }
  return list;
}

function isListed(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** IPv4 as such, also where the socket speaks IPv6. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, "");
