/** @file Requests between our own processes: pooled connections, node streams, no hidden timeouts. */
import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { urlInWords } from "./url-in-words.ts";

/** Below the 65 s after which our servers close an idle connection. */
const idleMs = 30_000;
/** A connection that was closed before we took it is reset at once; a later reset is an answer. */
const staleMs = 200;
const maxJsonBytes = 64 * 1024 * 1024;

export type Call = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  signal?: AbortSignal;
  /** Of a JSON answer; default 64 MiB. */
  maxBytes?: number;
};

/** The head of an answer, and its body as a stream of bytes. */
export type HttpAnswer = IncomingMessage;

export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, timeout: idleMs });
  readonly #tlsAgent = new TlsAgent({ keepAlive: true, timeout: idleMs });

  /** Resolves with the head; the body is the caller's to read, or to destroy. */
  async send(url: URL | string, call: Call = {}): Promise<IncomingMessage> {
    try {
      return await this.#attempt(url, call);
    } catch (error) {
      if (!(error instanceof StaleConnection) || call.signal?.aborted) throw error;
    }
    // The server closed an idle connection at the very moment we took it: it has read nothing.
    // One that was reset later, or had begun to answer, may be at work on what it was sent.
    try {
      return await this.#attempt(url, call);
    } catch (error) {
      throw error instanceof StaleConnection ? error.cause : error;
    }
  }

  /** Sends, and reads a JSON answer. @throws {Error} the status is not 2xx, or the answer is too long. */
  async json(url: URL | string, call: Call = {}): Promise<unknown> {
    const answer = await this.send(url, call);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > (call.maxBytes ?? maxJsonBytes)) throw new Error(`${url} answered with too much.`);
    }
    const status = answer.statusCode ?? 0;
    if (status < 200 || status > 299) throw new HttpStatusError(status, String(url));
    return JSON.parse(Buffer.concat(chunks).toString());
  }

  close(): void {
    this.#agent.destroy();
    this.#tlsAgent.destroy();
  }

  #attempt(url: URL | string, { method = "GET", headers, body, signal }: Call) {
    const target = new URL(url);
    const isTls = target.protocol === "https:";
    const options: RequestOptions = {
      method,
      agent: isTls ? this.#tlsAgent : this.#agent,
      ...(signal && { signal }),
      headers: {
        ...headers,
        ...(body !== undefined && {
          "content-length": Buffer.byteLength(body),
        }),
      },
    };
    return new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = (isTls ? tlsRequest : request)(target, options, resolve);
      const sentAt = performance.now();
      let readBefore = 0;
      outgoing.once("socket", ({ bytesRead }) => {
        readBefore = bytesRead;
      });
      const isUnread = () =>
        performance.now() - sentAt < staleMs && outgoing.socket?.bytesRead === readBefore;
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        const stale = outgoing.reusedSocket && error.code === "ECONNRESET" && isUnread();
        reject(stale ? new StaleConnection(error.message, { cause: error }) : error);
      });
      outgoing.end(body);
    });
  }
}

/** The server answered, but not with 2xx. */
export class HttpStatusError extends Error {
  override readonly name = "HttpStatusError";
  readonly status: number;

  constructor(status: number, url: string) {
    super(`${urlInWords(url)} answered ${status}.`);
    this.status = status;
  }
}

class StaleConnection extends Error {
  override readonly name = "StaleConnection";
}
