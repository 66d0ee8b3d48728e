/**
 * @file Pictures from other servers, for engines that see: only from hosts that the operator named,
 * and only from the public Internet, whatever a name resolves to or a server redirects to.
 *
 * A host is resolved once, all its addresses are checked, and one of these is connected to: a name
 * that resolves differently a moment later changes nothing. For the same reason no proxy of the
 * environment is used: it would resolve the name again, out of our sight. What a client is told is
 * never what a server answered, so nobody can look around in our network by asking for pictures.
 */
import { promises as dns, type LookupAddress } from "node:dns";
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { request as tlsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { PictureFetcher } from "../dialects/inlined-pictures.ts";
import {
  checkedDataUrl,
  isDataUrl,
  maxPictureBytes,
  tooLarge,
  toPictureUrl,
} from "../dialects/picture-data.ts";
import { type PictureCode, PictureError } from "../errors/request-errors.ts";
import { before } from "./before.ts";
import { hostOf, type PictureHosts, pictureHosts } from "./picture-hosts.ts";
import { isPublicAddress } from "./public-address.ts";

export type PictureFetcherOptions = {
  /** As `pictureHosts` reads them; none: nothing is fetched. */
  allowedHosts: readonly string[];
  /** All addresses of a name. */
  resolve?: (host: string) => Promise<LookupAddress[]>;
  isPublic?: (address: string) => boolean;
  /** For a connection, TLS included; default 5 s. */
  connectMs?: number;
  /** For a picture, redirects included; default 15 s. */
  wholeMs?: number;
};

const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);
const headers = {
  accept: "image/png, image/jpeg, image/webp, image/gif",
  "accept-encoding": "identity", // nothing here that unpacks to a thousand times its size
  "user-agent": "fastchat",
};

/** @throws {UsageError} a host is named in no form that is known. */
export function pictureFetcher(options: PictureFetcherOptions): PictureFetcher {
  const { allowedHosts, wholeMs = 15_000, isPublic = isPublicAddress } = options;
  const hosts = pictureHosts(allowedHosts, isPublic);
  const resolve = options.resolve ?? ((host) => dns.lookup(host, { all: true }));
  return async (url, param, signal) => {
    if (isDataUrl(url)) return checkedDataUrl(url, param);
    const timeout = AbortSignal.timeout(wholeMs);
    const errand: Errand = {
      hosts,
      resolve,
      isPublic,
      connectMs: options.connectMs ?? 5000,
      signal: AbortSignal.any([signal, timeout]),
      refusal: (what, code) => new PictureError(param, what, code),
      tooLarge: () => tooLarge(param),
    };
    try {
      return toPictureUrl(await download(url, errand), param);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof PictureError) throw error;
      const what = timeout.aborted
        ? `was not there within ${wholeMs / 1000} s`
        : "could not be fetched";
      throw Object.assign(errand.refusal(what, "failed_to_download_image"), { cause: error });
    }
  };
}

/** One picture to fetch. */
type Errand = {
  hosts: PictureHosts;
  resolve: (host: string) => Promise<LookupAddress[]>;
  isPublic: (address: string) => boolean;
  connectMs: number;
  signal: AbortSignal;
  refusal(what: string, code: PictureCode): PictureError;
  tooLarge(): PictureError;
};

async function download(first: string, errand: Errand): Promise<Buffer> {
  let url = toUrl(first, undefined, errand);
  for (let redirected = 0; redirected <= maxRedirects; redirected++) {
    const addresses = await addressesOf(url, redirected > 0, errand);
    const answer = await ask(url, addresses, errand);
    try {
      const next = locationOf(answer);
      if (next === undefined) return await bodyOf(answer, errand);
      url = toUrl(next, url, errand);
    } finally {
      answer.destroy();
    }
  }
  throw errand.refusal(`is redirected more than ${maxRedirects} times`, "failed_to_download_image");
}

function toUrl(text: string, base: URL | undefined, { refusal }: Errand): URL {
  // What URL parsers read differently is not read at all.
  const isPlain = !/[\s\\]/.test(text) && URL.canParse(text, base?.href);
  const url = isPlain ? new URL(text, base) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw refusal("is at no http:, https: or data: URL", "invalid_image_url");
  if (url.username !== "" || url.password !== "")
    throw refusal("is at a URL with a user's name in it", "invalid_image_url");
  return url;
}

/** @returns (≥ 1,) All of them may be connected to. */
async function addressesOf(
  url: URL,
  isRedirected: boolean,
  { hosts, resolve, isPublic, signal, refusal }: Errand,
): Promise<LookupAddress[]> {
  const allowed = hosts(url);
  if (allowed === null) {
    const where = isRedirected ? "is redirected to a host that" : `is at '${url.host}', which`;
    throw refusal(
      `${where} is not named in --allowed-image-hosts; send it as a data: URL`,
      "invalid_image_url",
    );
  }
  const host = hostOf(url);
  const family = isIP(host);
  const addresses =
    family !== 0
      ? [{ address: host, family }]
      : await before(
          signal,
          resolve(host).catch(() => []),
        );
  const isReachable = allowed === "any" || addresses.every(({ address }) => isPublic(address));
  if (addresses.length > 0 && isReachable) return addresses;
  // Which of the two it is, is not told: internal names could be found out by it.
  const unknown = family === 0 ? ", or whose name is not known here" : "";
  throw refusal(`is at a host without a public address${unknown}`, "invalid_image_url");
}

/** Resolves with the head. No connection is kept: the next one may have to go elsewhere. */
function ask(
  url: URL,
  addresses: LookupAddress[],
  { signal, connectMs }: Errand,
): Promise<IncomingMessage> {
  const isTls = url.protocol === "https:";
  const options: RequestOptions = { agent: false, headers, signal, lookup: pinned(addresses) };
  return new Promise((resolve, reject) => {
    const outgoing = (isTls ? tlsRequest : request)(url, options, resolve);
    const timer = setTimeout(() => outgoing.destroy(new Error("No connection.")), connectMs);
    outgoing.once("socket", (socket) =>
      socket.once(isTls ? "secureConnect" : "connect", () => clearTimeout(timer)),
    );
    outgoing.on("error", reject).once("close", () => {
      clearTimeout(timer);
      reject(new Error("The connection ended."));
    });
    outgoing.end();
  });
}

/** Answers with what was checked, whatever is asked for. */
function pinned(addresses: LookupAddress[]): LookupFunction {
  return (_host, { all }, answer) => {
    const [first] = addresses;
    if (all || first === undefined) answer(null, addresses);
    else answer(null, first.address, first.family);
  };
}

function locationOf({ statusCode = 0, headers: { location } }: IncomingMessage) {
  return redirects.has(statusCode) ? location : undefined;
}

async function bodyOf(answer: IncomingMessage, { refusal, tooLarge }: Errand): Promise<Buffer> {
  const { "content-encoding": encoding = "identity", "content-length": length } = answer.headers;
  if (answer.statusCode !== 200 || encoding.toLowerCase() !== "identity")
    throw refusal("could not be fetched", "failed_to_download_image");
  if (Number(length ?? 0) > maxPictureBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxPictureBytes) throw tooLarge();
  }
  return Buffer.concat(chunks);
}
