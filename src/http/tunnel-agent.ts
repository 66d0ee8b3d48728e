/**
 * @file Connections to https servers of which some are made through a proxy, by `CONNECT`: the proxy
 * carries bytes that it cannot read, and the server's name is resolved by the proxy.
 *
 * Source: RFC 9110 §9.3.6.
 */
import { request } from "node:http";
import { Agent, type RequestOptions, request as tlsRequest } from "node:https";
import { isIPv6 } from "node:net";
import type { Duplex } from "node:stream";
import { proxyAway, proxyHeaders, proxyRefusal } from "./proxies.ts";

/** The proxy to make a tunnel through; `signal` is the request's, which an agent is not told of. */
type Tunnel = { proxy: URL; signal: AbortSignal | undefined };

export type TunnelOptions = RequestOptions & { tunnel?: Tunnel };

/** A proxy that says nothing for so long is away. */
const tunnelMs = 15_000;

export class TunnelAgent extends Agent {
  override createConnection(
    options: TunnelOptions,
    made?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    const { tunnel, host, port } = options;
    if (tunnel === undefined) return super.createConnection(options, made);
    const place = `${isIPv6(host ?? "") ? `[${host}]` : host}:${port}`;
    const failed = made as ((error: Error) => void) | undefined;
    const secured = (socket: Duplex) =>
      // `path` is the request's; here it would be that of a local socket.
      super.createConnection({ ...options, path: undefined, socket } as RequestOptions) as Duplex;
    openTunnel(tunnel, place).then((socket) => made?.(null, secured(socket)), failed);
    return undefined;
  }
}

/** @throws {ProxyError} it is away, wants a password, or refuses. */
function openTunnel({ proxy, signal }: Tunnel, place: string): Promise<Duplex> {
  const { hostname, port, protocol } = proxy;
  const isTls = protocol === "https:";
  const outgoing = (isTls ? tlsRequest : request)({
    method: "CONNECT",
    ...{ host: hostname.replace(/^\[(.*)\]$/, "$1"), port: port || (isTls ? 443 : 80) },
    path: place,
    headers: { host: place, ...proxyHeaders(proxy) },
    agent: false,
    ...(signal && { signal }),
  });
  const timer = setTimeout(() => outgoing.destroy(new Error("silent")), tunnelMs);
  return new Promise<Duplex>((resolve, reject) => {
    outgoing.once("connect", ({ statusCode = 0 }, socket, head) => {
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        return resolve(socket);
      }
      socket.destroy();
      reject(proxyRefusal(proxy, statusCode, place));
    });
    outgoing.once("error", (error) => {
      reject(signal?.aborted ? error : proxyAway(proxy, error));
    });
    outgoing.end();
  }).finally(() => clearTimeout(timer));
}
