/** @file What the stubs of other servers share: a real socket, and a count of what is under way on it. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

export type StubServer = {
  /** Without a path. */
  url: string;
  /** Answers that have begun and are neither complete nor left. */
  active: number;
  sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
};

export type StubServerOptions = { port?: number; tls?: { key: Buffer; cert: Buffer } };

/**
 * Starts a stub, whose own state stands beside what every server has.
 *
 * @param answer Is told the stub as it then is, with the manner that a test has given it.
 */
export async function startStub<State extends object>(
  state: State,
  answer: (
    stub: State & StubServer,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ) => Promise<void>,
  { port = 0, tls }: StubServerOptions = {},
): Promise<State & StubServer> {
  const sockets = new Set<Socket>();
  const close = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const stub = Object.assign(state, { url: "", active: 0, sockets, close });
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    stub.active++;
    outgoing.once("close", () => stub.active--);
    void answer(stub, incoming, outgoing);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: bound } = server.address() as AddressInfo;
  stub.url = `${tls ? "https" : "http"}://127.0.0.1:${bound}`;
  return stub;
}

/** The whole body. @throws {SyntaxError} it is not JSON. */
export async function readBody(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
}

export function sayJson(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
