/**
 * @file The proxy between this machine and other people's servers, as the environment names it:
 * `HTTPS_PROXY` for https, `HTTP_PROXY` for http, `ALL_PROXY` for both, `NO_PROXY` for neither.
 *
 * The rules are curl's; as in Go, this very machine is never asked through a proxy, and an entry of
 * `NO_PROXY` may have a port. https://curl.se/docs/manpage.html#ENVIRONMENT
 */
import { isIP } from "node:net";
import { UsageError } from "../errors/usage-error.ts";
import { addressRanges, isAddressRange } from "./address-ranges.ts";
import { hostAndPort, hostOf, portOf } from "./picture-hosts.ts";
import { urlInWords } from "./url-in-words.ts";

/**
 * The proxy through which a URL is asked; null: it is asked directly.
 *
 * @throws {UsageError} what the environment has for it is no proxy that we can use.
 */
export type ProxyChoice = (target: URL) => URL | null;

type Environment = Readonly<Record<string, string | undefined>>;

export const noProxy: ProxyChoice = () => null;

export function proxiesIn(env: Environment): ProxyChoice {
  const isLeftOut = exceptions(variableIn(env, "no_proxy")?.value ?? "");
  const known = new Map<string, URL | null>(); // by origin: it is asked before every request
  return (target) => {
    const before = known.get(target.origin);
    if (before !== undefined) return before;
    const named =
      variableIn(env, `${target.protocol.slice(0, -1)}_proxy`) ?? variableIn(env, "all_proxy");
    const chosen = named === undefined || isLeftOut(target) ? null : toProxy(named);
    known.set(target.origin, chosen);
    return chosen;
  };
}

/** Lower case goes first; an empty one is none. */
function variableIn(env: Environment, lower: string): { name: string; value: string } | undefined {
  const name = [lower, lower.toUpperCase()].find((one) => env[one]?.trim());
  return name === undefined ? undefined : { name, value: env[name]?.trim() ?? "" };
}

function toProxy({ name, value }: { name: string; value: string }): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname !== "") return url;
  throw new UsageError(
    url === null
      ? `The environment variable ${name} is no address of a proxy, such as http://proxy:3128.`
      : `The proxy in ${name} is at ${url.protocol}//: only http:// and https:// proxies can be used; name one, or put the upstream's host in NO_PROXY.`,
  );
}

const loopback = addressRanges(["127.0.0.0/8", "::1", "0.0.0.0", "::"], String);

/**
 * What `NO_PROXY` says: `*`, `.suffix`, `suffix`, `host:port`, an address, or a range of them. What is
 * nothing of these, such as a range with a mask, is passed over, as other programs do.
 */
function exceptions(text: string): (target: URL) => boolean {
  const entries = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter(Boolean);
  const isAddress = (entry: string) => isIP(entry.split("/")[0] ?? "") !== 0;
  const inRange = addressRanges(entries.filter(isAddressRange), String);
  const named = entries
    .filter((entry) => !isAddress(entry))
    .flatMap((entry) => hostAndPort(entry.replace(/^\*?\./, "")) ?? []);
  return (target) => {
    const host = hostOf(target);
    if (entries.includes("*") || host === "localhost" || host.endsWith(".localhost")) return true;
    if (loopback(host) || inRange(host)) return true;
    return named.some(
      ({ host: suffix, port }) =>
        (host === suffix || (isIP(host) === 0 && host.endsWith(`.${suffix}`))) &&
        (port === null || port === portOf(target)),
    );
  };
}

/** What a proxy is sent of the name and password in its address. */
export function proxyHeaders({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** A percent sign may be one of the password's own. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The proxy on the way does not let us through: it is away, wants a password, or refuses. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  /** Ends the sentence "The proxy …", for those who are not to know where it is. */
  readonly what: string;

  constructor(proxy: URL, what: string, options?: ErrorOptions) {
    super(`the proxy ${urlInWords(proxy)} ${what}`, options);
    this.what = what;
  }
}

/** Nobody answers there, or no more. */
export function proxyAway(proxy: URL, cause: Error): ProxyError {
  const { code } = cause as NodeJS.ErrnoException;
  const why = code === undefined ? "" : ` (${code})`;
  return new ProxyError(proxy, `does not answer${why}`, { cause });
}

/** What an answer of the proxy's own comes to. @param place Where it was to connect to. */
export function proxyRefusal(proxy: URL, status: number, place: string): ProxyError {
  if (status === 407 && proxy.username === "")
    return new ProxyError(
      proxy,
      "asks for a name and a password: write them into its address, as http://NAME:PASSWORD@HOST:PORT",
    );
  if (status === 407) return new ProxyError(proxy, "refuses the name and password in its address");
  const does = status >= 500 ? "cannot reach" : "refuses to connect to";
  return new ProxyError(proxy, `${does} ${place} (${status})`);
}
