/**
 * @file A Hono app on a real socket, with limits on everything a stranger could hold on to:
 * headers, bodies, idle connections, their number.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { toFailure } from "./failure.ts";
import { guardHost, isLoopback } from "./host-guard.ts";
import { answerClientError } from "./parser-error.ts";
import { silentConnections } from "./silent-connections.ts";

export type RunningServer = {
  /** `http://host:port`, with a host that can be called. */
  url: string;
  port: number;
  /** How many a `close` with a grace would wait for at this moment. */
  openRequests(): number;
  /** Accepts nothing new, lets running requests finish for `graceMs` (default 0), then cuts them. */
  close(graceMs?: number): Promise<void>;
};

export type ServeOptions = {
  host: string;
  /** 0 asks the system for a free one. */
  port: number;
  /** Names, beside those of loopback, by which a loopback server may be called. */
  allowedHosts?: readonly string[];
};

const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
  noDelay: true,
};
const maxConnections = 10_000;

/** @throws the system's own error when the address cannot be bound. */
export async function serve(app: Hono, options: ServeOptions): Promise<RunningServer> {
  const { host, port, allowedHosts = [] } = options;
  // Hono's lighter Response would send the headers of a stream a second time (node-server 2.1.8).
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () => refusal(),
  });
  const guarded = isLoopback(host) ? guardHost(listener, allowedHosts) : listener;
  const server = createServer(limits, guarded);
  server.maxConnections = maxConnections;
  server.on("clientError", answerClientError);
  const closeSilent = silentConnections(server);
  const openRequests = countRequests(server);
  server.listen(port, host);
  await once(server, "listening");
  return running(server, host, openRequests, closeSilent);
}

/** A request that cannot even be made a URL of. */
function refusal(): Response {
  const { status, body } = toFailure(
    new InvalidRequestError("The request's URL or host is wrong."),
  );
  return Response.json(body, { status });
}

/** Counts from now on; the result says how many are not answered yet. */
function countRequests(server: Server): () => number {
  let open = 0;
  server.on("request", (_, outgoing) => {
    open++;
    outgoing.once("close", () => open--);
  });
  return () => open;
}

function running(
  server: Server,
  host: string,
  openRequests: () => number,
  closeSilent: () => void,
): RunningServer {
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${callableName(host)}:${port}`,
    port,
    openRequests,
    close: (graceMs = 0) => close(server, closeSilent, graceMs),
  };
}

function callableName(host: string): string {
  if (host === "0.0.0.0" || host === "::" || host === "") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

async function close(server: Server, closeSilent: () => void, graceMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  closeSilent();
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  // A keep-alive connection becomes idle only after its last answer: ask again.
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  await closed;
  clearTimeout(deadline);
  clearInterval(sweep);
}
