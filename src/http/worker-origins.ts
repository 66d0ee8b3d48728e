/**
 * @file Where a worker that cannot show a token may be, as an operator names it:
 * `http://10.0.0.5:21002`, `gpu-box`, `gpu-box:21002`, `10.0.0.5`, `10.0.0.0/8`.
 *
 * A range admits addresses alone, never a name that may resolve into it today and elsewhere
 * tomorrow. Addresses are compared as URLs spell them, so `http://0x0a000005` is `http://10.0.0.5`.
 */
import { UsageError } from "../errors/usage-error.ts";
import { addressRanges } from "./address-ranges.ts";
import { hostAndPort, hostOf, portOf } from "./picture-hosts.ts";

/** @throws {UsageError} an entry is none of the forms above. */
export function workerOrigins(entries: readonly string[]): (origin: URL) => boolean {
  const isRange = (entry: string) => entry.includes("/") && !entry.includes("://");
  const isInRange = addressRanges(entries.filter(isRange), unreadable);
  const rules = entries.filter((entry) => !isRange(entry)).map(toRule);
  return (origin) => isInRange(hostOf(origin)) || rules.some((admits) => admits(origin));
}

/**
 * A worker's address as it is called: an origin and nothing else.
 *
 * @returns Null where a path, a password or anything else rides along, or it is no http(s) at all.
 */
export function toOrigin(address: string): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return /^https?:$/.test(url.protocol) && url.href === `${url.origin}/` ? url : null;
}

function toRule(entry: string): (origin: URL) => boolean {
  if (entry.includes("://")) {
    const exact = toOrigin(entry);
    if (exact === null) throw new UsageError(unreadable(entry));
    return ({ origin }) => origin === exact.origin;
  }
  const named = hostAndPort(entry);
  if (named === null) throw new UsageError(unreadable(entry));
  const { host, port } = named;
  return (origin) => hostOf(origin) === host && (port === null || portOf(origin) === port);
}

function unreadable(entry: string): string {
  return `'${entry}' is no worker's address: give one like http://10.0.0.5:21002, gpu-box, gpu-box:21002 or 10.0.0.0/8.`;
}
