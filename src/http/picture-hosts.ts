/**
 * @file The hosts that pictures may be fetched from, as an operator names them: `a.example`,
 * `*.cdn.example`, `a.example:8443`, `*`, or an address.
 */
import { isIP } from "node:net";
import { UsageError } from "../errors/usage-error.ts";
import { isPublicAddress } from "./public-address.ts";

/**
 * What addresses the host of a URL may have: `any` only where the operator wrote this very private
 * address, with its port; null where nothing may be fetched from it.
 */
export type PictureHosts = (url: URL) => "public" | "any" | null;

type Rule = {
  admits(host: string): boolean;
  /** Null: that of http and of https. */
  port: number | null;
  addresses: "public" | "any";
};

/** @throws {UsageError} an entry is none of the forms above. */
export function pictureHosts(
  entries: readonly string[],
  isPublic: (address: string) => boolean = isPublicAddress,
): PictureHosts {
  const rules = entries.map((entry) => toRule(entry, isPublic));
  return (url) => {
    const [host, port] = [hostOf(url), portOf(url)];
    const isAtPort = (rule: Rule) =>
      rule.port === null ? port === 80 || port === 443 : port === rule.port;
    const matching = rules.filter((rule) => isAtPort(rule) && rule.admits(host));
    if (matching.some(({ addresses }) => addresses === "any")) return "any";
    return matching.length > 0 ? "public" : null;
  };
}

/** The name in lower case, without a dot at its end; an address without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/\.$/, "").replace(/^\[(.*)\]$/, "$1");
}

/** Also where a URL leaves it out. */
export function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}

/**
 * What an operator wrote, the host as a URL spells it: lower case, punycode, addresses in their
 * usual form. Null where it is anything else.
 */
export function hostAndPort(entry: string): { host: string; port: number | null } | null {
  const [, name, digits] = /^(\[[^\]]+\]|[^\s:/?#@*\\[\]]+)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  if (name === undefined || !URL.canParse(`http://${name}`)) return null;
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  return { host: hostOf(new URL(`http://${name}`)), port };
}

function toRule(entry: string, isPublic: (address: string) => boolean): Rule {
  if (entry === "*") return { admits: () => true, port: null, addresses: "public" };
  const wildcard = entry.startsWith("*.");
  const named = hostAndPort(wildcard ? entry.slice(2) : entry);
  if (named === null) throw unreadable(entry);
  const { host, port } = named;
  if (isIP(host) === 0) {
    const admits = (asked: string) => (wildcard ? asked.endsWith(`.${host}`) : asked === host);
    return { admits, port, addresses: "public" };
  }
  if (wildcard) throw unreadable(entry);
  return toAddressRule(entry, host, port, isPublic(host));
}

function toAddressRule(entry: string, host: string, port: number | null, isPublic: boolean): Rule {
  if (!isPublic && port === null)
    throw new UsageError(
      `'${entry}' is a private address: to have pictures fetched from it, name its port too, as in ${entry}:80.`,
    );
  return { admits: (asked) => asked === host, port, addresses: isPublic ? "public" : "any" };
}

function unreadable(entry: string): UsageError {
  return new UsageError(
    `'${entry}' is no host for pictures: give names like a.example, *.cdn.example or a.example:8443, or * for every public host.`,
  );
}
