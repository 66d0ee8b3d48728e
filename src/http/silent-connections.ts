/**
 * @file Connections that never asked anything. Node counts them as busy, and clients do open some in
 * advance (undici does so after each stream that it leaves early): one would hold up a drain.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Watches the server from now on; the result closes what is silent at that moment. */
export function silentConnections(server: Server): () => void {
  const silent = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", ({ socket }) => silent.delete(socket));
  return () => {
    for (const socket of silent) socket.destroy();
  };
}
