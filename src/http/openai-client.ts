/**
 * @file A client of any OpenAI-compatible server, thin enough to measure one with: on node:http,
 * with kept-alive connections, and bytes handed on as they come.
 */
import {
  Agent,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from "node:http";
import { request as requestHttps, Agent as TlsAgent } from "node:https";
import { finished } from "node:stream/promises";

export type OpenAiServer = {
  /** Up to and including `/v1`. */
  baseUrl: string;
  apiKey?: string | undefined;
};

/** What the server said instead of an answer. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  /** 0 when the failure came inside a stream that had begun with 200. */
  readonly status: number;
  readonly code: string | null;

  constructor(status: number, message: string, code: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** One streamed piece of a chat completion, as far as we read it. */
export type ChatChunk = {
  choices?: {
    delta?: { content?: string | null; reasoning_content?: string | null };
    finish_reason?: string | null;
  }[];
  usage?: ChatUsage | null;
  error?: { message?: string; code?: string | null };
};

export type ChatUsage = {
  prompt_tokens: number;
  completion_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number } | null;
};

const agents = {
  "http:": new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }),
  "https:": new TlsAgent({
    keepAlive: true,
    maxSockets: Number.POSITIVE_INFINITY,
  }),
};

/**
 * Sends a chat request and hands on every chunk of the streamed answer.
 *
 * @throws {ServerError} the server refused, or its stream ended with an error event or early.
 */
export async function* streamChat(
  server: OpenAiServer,
  body: object,
  signal?: AbortSignal,
): AsyncGenerator<ChatChunk, void> {
  const text = JSON.stringify({ ...body, stream: true });
  const response = await openStream(server, "/chat/completions", text, signal);
  let ended = false;
  for await (const data of dataLines(response, signal)) {
    if (data === "[DONE]") ended = true;
    else yield toChunk(data);
  }
  if (!ended) throw brokenOff();
}

const brokenOff = () => new ServerError(0, "The answer broke off before its end.");

/**
 * Posts a body and hands on the bytes of the answer as they come; resolves when it has ended.
 *
 * @throws {ServerError} any status but 200.
 */
export async function postStream(
  server: OpenAiServer,
  path: string,
  body: string,
  onBytes: (bytes: Buffer) => void,
): Promise<void> {
  const response = await openStream(server, path, body);
  response.on("data", onBytes);
  await finished(response);
}

/** The ids of the models that the server offers. */
export async function listModels(server: OpenAiServer): Promise<string[]> {
  const response = await send(server, "/models");
  const text = await readText(response);
  if (response.statusCode !== 200) throw toServerError(response.statusCode ?? 0, text);
  const { data } = JSON.parse(text) as { data?: { id?: string }[] };
  return (data ?? []).flatMap(({ id }) => id ?? []);
}

async function openStream(
  server: OpenAiServer,
  path: string,
  body: string,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const response = await send(server, path, body, signal);
  if (response.statusCode === 200) return response;
  throw toServerError(response.statusCode ?? 0, await readText(response));
}

function send(
  { baseUrl, apiKey }: OpenAiServer,
  path: string,
  body?: string,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(baseUrl.replace(/\/+$/, "") + path);
  const secure = url.protocol === "https:";
  const options: RequestOptions = {
    method: body === undefined ? "GET" : "POST",
    agent: agents[secure ? "https:" : "http:"],
    headers: {
      ...(body !== undefined && {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      }),
      ...(apiKey && { authorization: `Bearer ${apiKey}` }),
    },
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    const attempt = () => {
      const request = (secure ? requestHttps : requestHttp)(url, options, resolve);
      // A server may close a kept connection just as we use it again: then a fresh one must do.
      request.on("error", (error: NodeJS.ErrnoException) =>
        request.reusedSocket && error.code === "ECONNRESET" ? attempt() : reject(error),
      );
      request.end(body);
    };
    attempt();
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function toServerError(status: number, text: string): ServerError {
  try {
    const { error } = JSON.parse(text) as Pick<ChatChunk, "error">;
    return new ServerError(status, error?.message ?? text, error?.code ?? null);
  } catch {
    return new ServerError(status, text.slice(0, 300) || `The server answered ${status}.`);
  }
}

/** No chunk of an answer is so long: whoever sends it is broken or hostile. */
const maxLineChars = 4 * 1024 * 1024;

async function* dataLines(
  response: IncomingMessage,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  response.setEncoding("utf8");
  let rest = "";
  for await (const part of untilBroken(response, signal)) {
    const lines = (rest + part).split(/\r?\n/);
    rest = lines.pop() ?? "";
    if (rest.length > maxLineChars) throw new ServerError(0, "The server sent an endless line.");
    for (const line of lines) if (line.startsWith("data:")) yield line.slice(5).trim();
  }
}

/** @throws the signal's own reason when it was we who left. */
async function* untilBroken(
  response: IncomingMessage,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  try {
    yield* response;
  } catch {
    signal?.throwIfAborted();
    throw brokenOff();
  }
}

function toChunk(data: string): ChatChunk {
  const chunk = JSON.parse(data) as ChatChunk;
  if (chunk.error) throw new ServerError(0, chunk.error.message ?? data, chunk.error.code ?? null);
  return chunk;
}
