/**
 * @file A program that behaves as FastChat's controller does towards workers: it keeps a table, answers
 * beats with whether it knows who beats, and 404 to all else.
 *
 * Source: FastChat 0.2.36, `fastchat/serve/controller.py`.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type FastChatController = {
  url: string;
  port: number;
  /** By address, as it was registered last. */
  workers: Map<string, Record<string, unknown>>;
  /** Path and body of every request, in order. */
  seen: { path: string; body: Record<string, unknown>; headers: IncomingMessage["headers"] }[];
  /** Answers so many beats with 500. */
  failing: number;
  close(): Promise<void>;
};

export async function serveFastChatController(port = 0): Promise<FastChatController> {
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    const body = await bodyOf(request);
    controller.seen.push({ path, body, headers: request.headers });
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    const name = String(body.worker_name);
    if (path === "/register_worker") {
      controller.workers.set(name, body);
      return json(null);
    }
    if (path !== "/receive_heart_beat") return json({ detail: "Not Found" }, 404);
    if (controller.failing-- > 0) return json("Internal Server Error", 500);
    json({ exist: controller.workers.has(name) });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const bound = (server.address() as AddressInfo).port;
  const controller: FastChatController = {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    workers: new Map(),
    seen: [],
    failing: 0,
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return controller;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString() || "{}");
}
