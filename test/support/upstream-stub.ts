/**
 * @file A server of another kind, as `upstream-kinds.ts` has recorded it, which misbehaves when it
 * is told to.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  readBody,
  type StubServer,
  type StubServerOptions,
  sayJson,
  startStub,
} from "./stub-server.ts";
import { type RecordedKind, type Recording, recordings } from "./upstream-kinds.ts";

export type Manner =
  | "well"
  | "slow"
  | "refuse"
  | "busy"
  | "fail"
  | "die before"
  | "die after"
  | "hang"
  | "hang after"
  | "linger"
  | "split"
  | "garbage"
  | "endless"
  | "cut"
  | "half"
  | "fail within";

/** Its URL is that of its OpenAI API. */
export type UpstreamStub = StubServer & {
  manner: Manner;
  /** Bodies that were posted, in order, and the headers of the last. */
  bodies: Record<string, unknown>[];
  headers: IncomingMessage["headers"];
  /** Between two events of a slow stream, ms. */
  pauseMs: number;
};

export async function serveStub(
  kind: RecordedKind,
  { more, ...options }: StubServerOptions & { more?: Partial<Recording> } = {},
): Promise<UpstreamStub> {
  const recording: Recording = { ...recordings[kind], ...more };
  const state: Omit<UpstreamStub, keyof StubServer> = {
    manner: "well",
    bodies: [],
    headers: {},
    pauseMs: 20,
  };
  const stub = await startStub(
    state,
    (one, incoming, outgoing) => answer(one, recording, incoming, outgoing),
    options,
  );
  stub.url += recording.base ?? "/v1";
  return stub;
}

async function answer(
  stub: UpstreamStub,
  recording: Recording,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const path = new URL(incoming.url ?? "/", "http://stub").pathname;
  const known = recording.says[path];
  if (incoming.method === "GET" || path === "/api/show") {
    incoming.resume();
    return known === undefined
      ? sayJson(outgoing, 404, { detail: "Not Found" })
      : sayJson(outgoing, 200, known);
  }
  const body = await readBody(incoming);
  stub.bodies.push(body);
  stub.headers = incoming.headers;
  if (/tokenize$|encode$|tokens$/.test(path)) return sayJson(outgoing, 200, tokensOf(path, body));
  if (path.endsWith("/embeddings")) return sayJson(outgoing, 200, vectors(body));
  const stream = body.stream === true;
  await misbehave(stub, recording, stream ? chosen(recording, body) : null, outgoing);
}

function chosen(recording: Recording, body: Record<string, unknown>): string {
  const { stream, toolStream, thoughtStream, logprobStream } = recording;
  if (body.tools !== undefined) return toolStream ?? stream;
  if (body.logprobs === true) return logprobStream ?? stream;
  return JSON.stringify(body.messages ?? "").includes("think") ? (thoughtStream ?? stream) : stream;
}

async function misbehave(
  stub: UpstreamStub,
  { whole, refusal }: Recording,
  stream: string | null,
  outgoing: ServerResponse,
): Promise<void> {
  const { manner } = stub;
  if (manner === "refuse") return sayJson(outgoing, refusal.status, refusal.body);
  if (manner === "busy") {
    outgoing.setHeader("retry-after", "7");
    return sayJson(outgoing, 429, {
      error: { message: "Slow down.", type: "requests", code: null },
    });
  }
  if (manner === "fail") return sayHtml(outgoing);
  if (manner === "die before") return void outgoing.socket?.destroy();
  if (manner === "hang") return;
  if (manner === "garbage") return void outgoing.writeHead(200, typeOf(stream)).end("\0garbage<>");
  if (manner === "endless") {
    outgoing.writeHead(200, typeOf(stream));
    return void outgoing.end(Buffer.alloc(10 << 20, "x"));
  }
  if (stream === null) {
    if (manner === "well" || manner === "slow") return sayJson(outgoing, 200, whole);
    const text = JSON.stringify(whole);
    outgoing.writeHead(200, { ...typeOf(null), "content-length": text.length });
    outgoing.write(text.slice(0, 40));
    if (manner !== "hang after") setTimeout(() => outgoing.socket?.destroy(), 10);
    return;
  }
  outgoing.writeHead(200, typeOf(stream));
  const events = stream.split(/(?<=\r?\n\r?\n)/);
  if (manner === "well") return void outgoing.end(stream);
  if (manner === "slow") {
    for (const event of events) {
      if (outgoing.destroyed) return;
      outgoing.write(event);
      await new Promise((resolve) => setTimeout(resolve, stub.pauseMs));
    }
    return void outgoing.end();
  }
  if (manner === "linger") return void outgoing.write(stream);
  if (manner === "split") {
    for (const piece of [stream.slice(0, 3), stream.slice(3, -9), stream.slice(-9)]) {
      outgoing.write(piece);
      await new Promise((resolve) => setTimeout(resolve, stub.pauseMs));
    }
    return void outgoing.end();
  }
  const begun = events.slice(0, 2).join("");
  outgoing.write(begun);
  if (manner === "hang after") return;
  if (manner === "die after") return void setTimeout(() => outgoing.socket?.destroy(), 10);
  if (manner === "half") return void outgoing.end('data: {"choices":[{"ind');
  if (manner === "fail within")
    return void outgoing.end(
      'data: {"text":"**NETWORK ERROR**","error_code":50001}\n\ndata: [DONE]\n\n',
    );
  outgoing.end();
}

const typeOf = (stream: string | null) => ({
  "content-type": stream === null ? "application/json" : "text/event-stream; charset=utf-8",
});

function sayHtml(outgoing: ServerResponse): void {
  outgoing.writeHead(500, { "content-type": "text/html" }).end("<html><h1>Oops</h1></html>");
}

/** A token is a word. */
function tokensOf(path: string, body: Record<string, unknown>): unknown {
  const text = String(
    body.prompt ?? body.content ?? body.text ?? body.inputs ?? JSON.stringify(body),
  );
  const tokens = text.split(/\s+/).map((_, i) => i);
  if (path === "/tokens") return { ntokens: tokens.length };
  if (body.inputs !== undefined) return tokens.map((id) => ({ id, text: "", start: 0, stop: 0 }));
  return { tokens, count: tokens.length, length: tokens.length, max_model_len: 32_768 };
}

function vectors({ input }: Record<string, unknown>) {
  const inputs = Array.isArray(input) ? input : [input];
  return {
    object: "list",
    data: inputs.map((_, index) => ({ object: "embedding", index, embedding: [0.6, 0.8] })),
    model: "e",
    usage: { prompt_tokens: inputs.length, total_tokens: inputs.length },
  };
}
