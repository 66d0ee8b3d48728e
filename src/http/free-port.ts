/** @file A port that can be listened on, for a process that is yet to start and keeps its address. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** `wanted` where it is free, else any other; where neither can be had, `wanted`: listening says why. */
export async function freePort(host: string, wanted: number): Promise<number> {
  return (await tryPort(host, wanted)) ?? (await tryPort(host, 0)) ?? wanted;
}

async function tryPort(host: string, port: number): Promise<number | undefined> {
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
  } catch {
    return undefined;
  }
  const bound = (server.address() as AddressInfo).port;
  server.close();
  await once(server, "close");
  return bound;
}
