/**
 * @file A company's proxy: what it is asked to connect to, it connects to a port of this machine,
 * whatever the name, so that a test needs no names; it carries bytes and understands none of them.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";

export type CompanyProxy = {
  url: string;
  /** What it was asked: `CONNECT host:port`, or `GET http://…`, in order. */
  asked: string[];
  /** What it answers everything with; 200: it lets everybody through. */
  status: number;
  /** `Basic …`; none: nobody has to say who they are. */
  wants?: string;
  close(): Promise<void>;
};

/** @param port Where everything leads. */
export async function serveProxy(
  port: number,
  tls?: { key: Buffer; cert: Buffer },
): Promise<CompanyProxy> {
  const sockets = new Set<Socket>();
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) =>
    relay(proxy, port, incoming, outgoing);
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on("connect", (incoming: IncomingMessage, near: Socket) => {
    proxy.asked.push(`CONNECT ${incoming.url}`);
    const status = statusFor(proxy, incoming);
    if (status !== 200) return near.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const far = connect(port, "127.0.0.1", () => {
      near.write("HTTP/1.1 200 Connection established\r\n\r\n");
      far.pipe(near).pipe(far);
    });
    sockets.add(far);
    far.on("error", () => near.destroy());
    near.on("error", () => far.destroy());
  });
  server.on("connection", (socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy: CompanyProxy = {
    url: `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    status: 200,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return proxy;
}

function statusFor({ status, wants }: CompanyProxy, { headers }: IncomingMessage): number {
  return wants === undefined || headers["proxy-authorization"] === wants ? status : 407;
}

function relay(
  proxy: CompanyProxy,
  port: number,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
) {
  proxy.asked.push(`${incoming.method} ${incoming.url}`);
  const status = statusFor(proxy, incoming);
  if (status !== 200) return outgoing.writeHead(status).end();
  const { method = "GET", headers } = incoming;
  const { pathname, search } = new URL(incoming.url ?? "");
  const { "proxy-authorization": _, ...passed } = headers;
  const far = request({ port, method, headers: passed, path: `${pathname}${search}` }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  far.on("error", () => outgoing.destroy());
  outgoing.on("close", () => far.destroy());
  incoming.pipe(far);
}
