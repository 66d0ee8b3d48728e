/**
 * @file A server of pictures, and of what one should beware of: `/png` is a picture, `/to?URL`
 * redirects, `/silent` never answers, `/drip` never ends, `/flood` is larger than any picture.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { png } from "./pictures.ts";

export type PictureServer = {
  port: number;
  /** Every request, in order. */
  seen: IncomingMessage[];
  connections(): number;
  /** Connections that are open now. */
  open(): Promise<number>;
  close(): Promise<void>;
};

export async function servePictures(host: string, port = 0): Promise<PictureServer> {
  const seen: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer((incoming, outgoing) => {
    seen.push(incoming);
    play(incoming.url ?? "", outgoing);
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    connections: () => connections,
    open: () => new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function play(url: string, outgoing: ServerResponse): void {
  const [path, query = ""] = url.split("?", 2);
  const status = /^\/to(\d{3})?$/.exec(path ?? "");
  if (status !== null) {
    outgoing.writeHead(Number(status[1] ?? 302), { location: decodeURIComponent(query) }).end();
    return;
  }
  (scenes[path ?? ""] ?? missing)(outgoing);
}

const missing = (outgoing: ServerResponse) => outgoing.writeHead(404).end("secret: not here");

const scenes: Record<string, (outgoing: ServerResponse) => unknown> = {
  "/png": (outgoing) => outgoing.writeHead(200, { "content-type": "image/png" }).end(png),
  // Servers call things what they like.
  "/misnamed": (outgoing) => outgoing.writeHead(200, { "content-type": "text/plain" }).end(png),
  "/page": (outgoing) =>
    outgoing.writeHead(200, { "content-type": "image/png" }).end("<html>secret</html>"),
  "/broken": (outgoing) => outgoing.writeHead(500).end("secret: stack"),
  "/loop": (outgoing) => outgoing.writeHead(302, { location: "/loop" }).end(),
  "/nowhere": (outgoing) => outgoing.writeHead(302).end("secret"),
  "/packed": (outgoing) => outgoing.writeHead(200, { "content-encoding": "gzip" }).end(png),
  "/announced": (outgoing) => {
    outgoing.writeHead(200, { "content-length": "20000001" });
    outgoing.write(png);
  },
  "/cut": (outgoing) => {
    outgoing.writeHead(200, { "content-length": "1000" });
    outgoing.write(png, () => outgoing.destroy());
  },
  "/silent": () => {},
  "/drip": (outgoing) => {
    outgoing.writeHead(200).write(png);
    const timer = setInterval(() => outgoing.write("."), 20);
    outgoing.once("close", () => clearInterval(timer));
  },
  "/flood": (outgoing) => {
    outgoing.writeHead(200).write(png);
    const more = () => {
      while (!outgoing.destroyed && outgoing.write(Buffer.alloc(1 << 20)));
    };
    outgoing.on("drain", more);
    more();
  },
};
