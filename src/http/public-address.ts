/**
 * @file Whether an address is one of the public Internet: what a server may be sent to by
 * strangers, without reaching what only it can reach.
 *
 * Source: IANA's special-purpose address registries (RFC 6890), and 168.63.129.16, where Azure
 * answers each machine about itself.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
import { BlockList, isIP } from "node:net";

const reserved4 = subnets("ipv4", [
  ["0.0.0.0", 8], // this network; Linux takes 0.0.0.0 for itself
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // between carriers and customers; Alibaba's 100.100.100.200
  ["127.0.0.0", 8], // loopback
  ["168.63.129.16", 32],
  ["169.254.0.0", 16], // link-local; the clouds' 169.254.169.254
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocols; Oracle's 192.0.0.192
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // relays of 6to4
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 3], // multicast, reserved, broadcast
]);

/** All that is given out; loopback, mapped IPv4, NAT64, unique local and link-local lie outside. */
const global6 = subnets("ipv6", [["2000::", 3]]);
const reserved6 = subnets("ipv6", [
  ["2001::", 23], // protocols; Teredo, which holds an IPv4 address
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4, which holds an IPv4 address
  ["3fff::", 20], // documentation
]);

/** @param address As the system writes it; what is no address is not public. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !reserved4.check(address, "ipv4");
  if (isIP(address) !== 6 || address.includes("%")) return false;
  return global6.check(address, "ipv6") && !reserved6.check(address, "ipv6");
}

function subnets(family: "ipv4" | "ipv6", nets: readonly [string, number][]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of nets) list.addSubnet(address, bits, family);
  return list;
}
