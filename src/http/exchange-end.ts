/** @file How the answer to a request ended, seen at its socket: nothing of its bytes is read. */
import type { ServerResponse } from "node:http";

/** What an answer is called whose client left first (nginx's number for it). */
const clientClosed = 499;

export type ExchangeEnd = { status: number; ms: number };

/** Tells once, as soon as the answer is all out or its client gone. */
export function onEnd(outgoing: ServerResponse, told: (end: ExchangeEnd) => void): void {
  const startedAt = performance.now();
  outgoing.once("close", () => {
    const status = outgoing.writableFinished ? outgoing.statusCode : clientClosed;
    told({ status, ms: performance.now() - startedAt });
  });
}

/** Node itself writes each head by this method, also one that nobody wrote by hand. */
export function onHead(outgoing: ServerResponse, told: (ms: number) => void): void {
  const startedAt = performance.now();
  const writeHead = outgoing.writeHead;
  outgoing.writeHead = (...head: unknown[]) => {
    outgoing.writeHead = writeHead;
    told(performance.now() - startedAt);
    return Reflect.apply(writeHead, outgoing, head);
  };
}
