/** @file Addresses and CIDR ranges of them, as an operator lists them: `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`. */
import { BlockList, isIP } from "node:net";
import { UsageError } from "../errors/usage-error.ts";

/**
 * Whether an address lies in one of the ranges; a name never does.
 *
 * @param complaint What is wrong with an entry that is neither an address nor a range.
 * @throws {UsageError} with that complaint.
 */
export function addressRanges(
  ranges: readonly string[],
  complaint: (entry: string) => string,
): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) if (!add(list, range)) throw new UsageError(complaint(range));
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? "ipv6" : "ipv4");
  };
}

export function isAddressRange(text: string): boolean {
  return add(new BlockList(), text);
}

/** False where it is no range. */
function add(list: BlockList, range: string): boolean {
  const [address = "", bits, ...rest] = range.split("/");
  const family = isIP(address);
  const widest = family === 6 ? 128 : 32;
  const width = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (family === 0 || rest.length > 0 || width < 0 || width > widest) return false;
  list.addSubnet(address, width, family === 6 ? "ipv6" : "ipv4");
  return true;
}
