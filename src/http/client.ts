/**
 * @file Requests between our own processes, and to other people's servers: pooled connections, node
 * streams, no hidden timeouts; through a proxy only where one is named.
 */
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { request as tlsRequest } from "node:https";
import { urlToHttpOptions } from "node:url";
import { noProxy, type ProxyChoice, proxyAway, proxyHeaders, proxyRefusal } from "./proxies.ts";
import { TunnelAgent, type TunnelOptions } from "./tunnel-agent.ts";
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
  /** Without the head of an answer after so long: `SilentServer`. */
  headMs?: number | undefined;
  /** Of a JSON answer; default 64 MiB. */
  maxBytes?: number;
};

/** The head of an answer, and its body as a stream of bytes. */
export type HttpAnswer = IncomingMessage;

export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, timeout: idleMs });
  readonly #tlsAgent = new TunnelAgent({ keepAlive: true, timeout: idleMs });
  readonly #proxies: ProxyChoice;

  /** @param proxies None: for servers of our own, which are asked directly. */
  constructor(proxies: ProxyChoice = noProxy) {
    this.#proxies = proxies;
  }

  /** @throws {UsageError} the environment's proxy for it is none. */
  isProxied(url: string): boolean {
    return this.#proxies(new URL(url)) !== null;
  }

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

  #attempt(url: URL | string, { method = "GET", headers, body, signal, headMs }: Call) {
    const target = new URL(url);
    const proxy = this.#proxies(target);
    // To https goes a tunnel, which the agent makes; who asks for http asks the proxy itself.
    const relay = target.protocol === "http:" ? proxy : null;
    const isTls = (relay ?? target).protocol === "https:";
    const options: TunnelOptions = {
      method,
      agent: isTls ? this.#tlsAgent : this.#agent,
      ...(relay === null && proxy !== null && { tunnel: { proxy, signal } }),
      ...(relay !== null && relayed(target)),
      headers: {
        ...headers,
        ...(relay !== null && { host: target.host, ...proxyHeaders(relay) }),
        ...(body !== undefined && {
          "content-length": Buffer.byteLength(body),
        }),
      },
    };
    return new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = (isTls ? tlsRequest : request)(relay ?? target, options, (answer) => {
        clearTimeout(timer);
        if (relay === null || answer.statusCode !== 407) return resolve(answer);
        answer.destroy();
        reject(proxyRefusal(relay, 407, target.host));
      });
      if (signal) leaveWith(outgoing, signal);
      const fallSilent = () => outgoing.destroy(new SilentServer());
      const timer = headMs === undefined ? undefined : setTimeout(fallSilent, headMs);
      const sentAt = performance.now();
      let readBefore = 0;
      outgoing.once("socket", ({ bytesRead }) => {
        readBefore = bytesRead;
      });
      const isUnread = () =>
        performance.now() - sentAt < staleMs && outgoing.socket?.bytesRead === readBefore;
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        const stale = outgoing.reusedSocket && error.code === "ECONNRESET" && isUnread();
        if (stale) reject(new StaleConnection(error.message, { cause: error }));
        else if (relay !== null && isUnmade(error)) reject(proxyAway(relay, error));
        else reject(error);
      });
      outgoing.end(body);
    });
  }
}

/** As node's own option `signal` has it, at a third of what that costs. */
function leaveWith(outgoing: ClientRequest, signal: AbortSignal): void {
  const leave = () => outgoing.destroy(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave);
  outgoing.once("close", () => signal.removeEventListener("abort", leave));
}

/** The whole URL is a proxy's path; the name and password in it are the server's own. */
function relayed(target: URL): TunnelOptions {
  const { origin, pathname, search } = target;
  const { auth = null } = urlToHttpOptions(target);
  return { path: `${origin}${pathname}${search}`, auth };
}

/** There was no connection yet. */
function isUnmade({ syscall }: NodeJS.ErrnoException): boolean {
  return syscall === "connect" || syscall === "getaddrinfo";
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

/** It took the request, and did not begin to answer. */
export class SilentServer extends Error {
  override readonly name = "SilentServer";
}

class StaleConnection extends Error {
  override readonly name = "StaleConnection";
}
