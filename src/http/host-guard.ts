/**
 * @file The guard against DNS rebinding: a page on a foreign name that resolves to 127.0.0.1 could
 * call a loopback server from a browser, so such a server answers to loopback names alone.
 */
import type { IncomingMessage, RequestListener } from "node:http";
import { ForbiddenError } from "../errors/access-errors.ts";
import { dialectOf } from "./dialect.ts";

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Answers 403 unless the request's Host is a loopback name or one of `allowed`. */
export function guardHost(listener: RequestListener, allowed: readonly string[]): RequestListener {
  return (incoming, outgoing) => {
    const name = hostName(incoming);
    if (name === undefined || isLoopback(name) || allowed.includes(name))
      return listener(incoming, outgoing);
    const refused = new ForbiddenError(
      "This server answers to loopback names only: ask for it as 127.0.0.1 or localhost, or start it with --host and an address of this machine (an arena behind a proxy: with --allowed-host NAME).",
    );
    const dialect = dialectOf(pathOf(incoming));
    const body = JSON.stringify(dialect.toFailureBody(refused.toBody(), refused.status, "-"));
    outgoing.writeHead(refused.status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      connection: "close",
    });
    outgoing.end(body);
  };
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.replace(/[?#].*$/s, "");
}

/** The name of the Host header without its port; undefined where HTTP/1.0 sends none. */
function hostName({ headers }: IncomingMessage): string | undefined {
  if (headers.host === undefined) return undefined;
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(headers.host) ?? [];
  return (bracketed ?? plain ?? "").toLowerCase();
}
