/** @file Whether who speaks for a server is on that server's own host, as far as addresses tell. */
import { promises as dns, type LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import type { Context } from "hono";
import { addressRanges } from "./address-ranges.ts";
import { before } from "./before.ts";
import { clientFinder } from "./client-address.ts";
import { hostOf } from "./picture-hosts.ts";

export type Resolve = (host: string) => Promise<LookupAddress[]>;

const patienceMs = 2000;
const clientOf = clientFinder([]);

/** Looks the server's name up each time: it may move. A name that nobody knows is nobody's. */
export function sameHost(
  resolve: Resolve = (host) => dns.lookup(host, { all: true }),
): (c: Context, server: URL) => Promise<boolean> {
  return async (c, server) => {
    const from = clientOf(c).address;
    const addresses = await addressesOf(hostOf(server), resolve);
    return addresses.some((address) => isAmong([address], from)) || isHere(from, addresses);
  };
}

async function addressesOf(host: string, resolve: Resolve): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  const found = await before(AbortSignal.timeout(patienceMs), resolve(host)).catch(() => []);
  return found.map(({ address }) => address);
}

/** This machine has many addresses: what comes from one of them may speak for any other. */
function isHere(from: string, addresses: readonly string[]): boolean {
  const interfaces = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const own = ["127.0.0.0/8", "::1", ...interfaces.map(({ address }) => address)];
  return isAmong(own, from) && addresses.some((address) => isAmong(own, address));
}

/** IPv4 is the same where IPv6 writes it. */
function isAmong(ranges: readonly string[], address: string): boolean {
  return addressRanges(ranges, (range) => `'${range}' is no address.`)(address);
}
