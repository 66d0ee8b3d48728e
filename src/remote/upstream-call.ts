/**
 * @file One question to a server behind a worker, and its answer: JSON, a stream of events, or a
 * refusal in our words. Nothing that it sends is trusted to be short, whole or in time.
 */
import { UpstreamError } from "../errors/upstream-errors.ts";
import { type HttpAnswer, type HttpClient, SilentServer } from "../http/client.ts";
import { hopHeaders } from "../http/hops.ts";
import { ProxyError } from "../http/proxies.ts";
import { readEvents, type ServerSentEvent } from "../http/sse.ts";
import { holdKey } from "./key-headers.ts";
import { upstreamRefusal } from "./upstream-refusal.ts";

export type UpstreamServer = {
  client: HttpClient;
  /** Without a slash at its end. */
  baseUrl: string;
  /** Added to every path, with its question mark. */
  query?: string;
  /** What it wants to see of us, its key above all. */
  headers: Record<string, string>;
  /** Our name for the model, for errors. */
  model: string;
  /** After so long without a byte it is given up. */
  silenceMs: number;
  /** Told when no connection to it can be made. */
  onUnreachable?: () => void;
};

export type Question = {
  /** Behind `baseUrl`. */
  path: string;
  /** None: a GET. */
  body?: object;
  signal: AbortSignal;
};

/** Whole answers may hold many log-probabilities or vectors; more than this is no answer. */
const maxBodyBytes = 256 << 20;
/** What a refusal is read of. */
const maxRefusalBytes = 64 << 10;

/**
 * Asks, and reads the whole answer as JSON.
 *
 * @throws {ApiError} it refused, failed, fell silent, or answered no JSON.
 */
export async function askJson(server: UpstreamServer, question: Question): Promise<unknown> {
  return parsed(server, await readWhole(server, await openAnswer(server, question)));
}

/** @throws {UpstreamError} it is no JSON. */
export function parsed(server: Pick<UpstreamServer, "model">, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw notJson(server);
  }
}

export const notJson = ({ model }: Pick<UpstreamServer, "model">) =>
  new UpstreamError(model, "answered with something that is not JSON");

/** The bytes of an answer to its end. @throws {ApiError} it broke off, fell silent, or is too large. */
export async function readWhole(server: UpstreamServer, answer: HttpAnswer): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of untilSilent(server, answer)) {
    parts.push(part);
    size += part.length;
    if (size > maxBodyBytes) throw new UpstreamError(server.model, "answered with too much");
  }
  return Buffer.concat(parts);
}

/** What a refusal says, as far as it is read. */
async function readStart(server: UpstreamServer, answer: HttpAnswer): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of untilSilent(server, answer)) {
    parts.push(part);
    size += part.length;
    if (size >= maxRefusalBytes) break;
  }
  return Buffer.concat(parts).subarray(0, maxRefusalBytes).toString("utf8");
}

/**
 * Asks, and hands on the bytes of a 2xx answer as they come. Leaving early closes the connection.
 *
 * @throws {ApiError} as `askJson`; in the middle of the answer too.
 */
export async function* askBytes(
  server: UpstreamServer,
  question: Question,
): AsyncGenerator<Buffer, void> {
  yield* untilSilent(server, await openAnswer(server, question));
}

/**
 * Asks, and hands on the events of a stream. Resolves once it is known not to be refused.
 *
 * @throws {ApiError} it refused or fell silent before it began; the events throw the same later.
 */
export async function askEvents(
  server: UpstreamServer,
  question: Question,
): Promise<AsyncGenerator<ServerSentEvent, void>> {
  const answer = await openAnswer(server, question);
  return eventsIn(server, untilSilent(server, answer));
}

/** The events that bytes of an answer make up. @throws {ApiError} one of them has no end. */
export async function* eventsIn(
  server: UpstreamServer,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<ServerSentEvent, void> {
  try {
    yield* readEvents(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UpstreamError(server.model, "sent an event without an end");
  }
}

/**
 * Asks, and resolves with the head of a 2xx answer, whose body is the caller's to read.
 *
 * @throws {ApiError} it refused, failed, or fell silent.
 */
export async function openAnswer(
  server: UpstreamServer,
  { path, body, signal }: Question,
): Promise<HttpAnswer> {
  const { client, baseUrl, query = "", headers, silenceMs, model } = server;
  try {
    const answer = await client.send(`${baseUrl}${path}${query}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...hopHeaders(),
        ...headers,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...{ signal, headMs: silenceMs },
    });
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    const said = await readStart(server, answer);
    const retryAfter = answer.headers["retry-after"];
    throw upstreamRefusal(model, status, said, retryAfter, holdKey(headers));
  } catch (error) {
    signal.throwIfAborted();
    const told = error instanceof SilentServer ? silent(server) : asUpstreamError(server, error);
    if (told instanceof UpstreamError && told.code === unreachable) server.onUnreachable?.();
    throw told;
  }
}

/** The bytes of an answer; the connection is closed when they are no longer wanted. */
async function* untilSilent(
  server: UpstreamServer,
  answer: HttpAnswer,
): AsyncGenerator<Buffer, void> {
  const timer = setTimeout(() => answer.destroy(silent(server)), server.silenceMs);
  try {
    const body: AsyncIterable<Buffer> = answer.iterator({ destroyOnReturn: false });
    for await (const bytes of body) {
      timer.refresh();
      yield bytes;
      timer.refresh(); // while it was we who did not read, its silence said nothing
    }
  } catch (error) {
    throw asUpstreamError(server, error);
  } finally {
    clearTimeout(timer);
    letGo(answer);
  }
}

/** What has come whole, though nobody read on after its last word, leaves a connection that is of use. */
function letGo(answer: HttpAnswer): void {
  if (answer.complete) answer.resume();
  else answer.destroy();
}

/** What the client is told of a server that says nothing for so long. */
export function silent({
  model,
  silenceMs,
}: Pick<UpstreamServer, "model" | "silenceMs">): UpstreamError {
  return new UpstreamError(
    model,
    `sent nothing for ${Math.round(silenceMs / 1000)} s`,
    "upstream_silent",
  );
}

/** Our own errors as they are; what the system says of a connection, in our words. */
function asUpstreamError({ model }: UpstreamServer, error: unknown): unknown {
  if (!(error instanceof Error) || error.name === "AbortError" || "status" in error) return error;
  const told = connectionInWords(error);
  return told === null ? error : Object.assign(new UpstreamError(model, ...told), { cause: error });
}

const unreachable = "upstream_unreachable";

/** Who signed it is not known: a company's own authority, mostly. */
function caHint(code: string): string {
  const isUnknown = /SELF_SIGNED|UNABLE_TO_/.test(code);
  return isUnknown ? ": name the file of its authority in NODE_EXTRA_CA_CERTS" : "";
}

/** What it was, and its code. Where the proxy is, our clients are not told. */
function connectionInWords(error: Error): [string, string] | null {
  if (error instanceof ProxyError)
    return [`cannot be reached: the proxy on the way ${error.what}`, unreachable];
  if (!("code" in error)) return null;
  const code = String(error.code);
  if (/CERT|UNABLE_TO_/.test(code))
    return [`has a certificate that is not valid here (${code})${caHint(code)}`, unreachable];
  return /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ETIMEDOUT)$/.test(code)
    ? ["cannot be reached", unreachable]
    : ["broke off the connection", "upstream_lost"];
}
