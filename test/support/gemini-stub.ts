/**
 * @file A server that speaks Google's Gemini API: it refuses what is not documented, answers as
 * `gemini-answers.ts` has it, and misbehaves when it is told to.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import { answerTo, type Chunk, merged } from "./gemini-answers.ts";
import { CountRequest, EmbedRequest, GenerateRequest } from "./gemini-shape.ts";
import { readBody, type StubServer, startStub } from "./stub-server.ts";

export type GeminiManner =
  | "well"
  | "slow"
  | "busy"
  | "bad key"
  | "too long"
  | "fail"
  | "die before"
  | "die after"
  | "hang"
  | "hang after"
  | "garbage"
  | "endless"
  | "cut"
  | "fail within"
  | "fail within, bare";

export type GeminiStub = StubServer & {
  manner: GeminiManner;
  /** Paths with their parameters, bodies, and the headers of the last. */
  asked: { path: string; body: Record<string, unknown> }[];
  headers: IncomingMessage["headers"];
};

const key = "AIza-secret";

/** https://ai.google.dev/api/models#method:-models.list */
const models = [
  {
    name: "models/gemini-2.5-flash",
    version: "001",
    displayName: "Gemini 2.5 Flash",
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ["generateContent", "countTokens", "createCachedContent"],
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 2,
    thinking: true,
  },
  {
    name: "models/gemini-3-pro-preview",
    inputTokenLimit: 1_048_576,
    supportedGenerationMethods: ["generateContent", "countTokens"],
  },
  {
    name: "models/gemini-embedding-001",
    inputTokenLimit: 2048,
    supportedGenerationMethods: ["embedContent", "countTextTokens", "countTokens"],
  },
  {
    name: "models/gemini-2.5-flash-preview-tts",
    inputTokenLimit: 8192,
    supportedGenerationMethods: ["countTokens", "generateContent"],
  },
  { name: "models/imagen-4.0-generate-001", supportedGenerationMethods: ["predict"] },
];

export function serveGemini(): Promise<GeminiStub> {
  const state: Omit<GeminiStub, keyof StubServer> = { manner: "well", asked: [], headers: {} };
  return startStub(state, answer);
}

async function answer(stub: GeminiStub, incoming: IncomingMessage, outgoing: ServerResponse) {
  const url = new URL(incoming.url ?? "/", "http://stub");
  stub.headers = incoming.headers;
  if (incoming.headers["x-goog-api-key"] !== key || url.searchParams.has("key"))
    return refuse(outgoing, 400, "INVALID_ARGUMENT", "API key not valid.", "API_KEY_INVALID");
  const [, name, method] = /^\/v1beta\/models\/([^/:]+):(\w+)$/.exec(url.pathname) ?? [];
  if (incoming.method === "GET" && url.pathname === "/v1beta/models")
    return sayJson(outgoing, 200, listed(url));
  if (!models.some((one) => one.name === `models/${name}`))
    return refuse(outgoing, 404, "NOT_FOUND", `models/${name} is not found for API version v1beta`);
  const body = await readBody(incoming);
  stub.asked.push({ path: `${url.pathname}${url.search}`, body });
  if (method === "countTokens") return say(outgoing, CountRequest, body, counted);
  if (method === "batchEmbedContents") return say(outgoing, EmbedRequest, body, vectors);
  const asked = GenerateRequest.safeParse(body);
  if (!asked.success) return refuse(outgoing, 400, "INVALID_ARGUMENT", asked.error.message);
  const unsigned = name?.startsWith("gemini-3") ? unsignedCall(asked.data) : null;
  if (unsigned !== null) return refuse(outgoing, 400, "INVALID_ARGUMENT", unsigned);
  const isStream = method === "streamGenerateContent" && url.searchParams.get("alt") === "sse";
  if (!isStream && method !== "generateContent") return void outgoing.writeHead(404).end();
  return misbehave(stub, answerTo(asked.data), isStream, outgoing);
}

/** Fifty models a page, unless more are asked for. */
function listed(url: URL) {
  const size = Number(url.searchParams.get("pageSize") ?? 50);
  const many = [...new Array(60).keys()].map((i) => ({ name: `models/veo-${i}` }));
  return { models: [...many, ...models].slice(0, size), ...(size < 65 && { nextPageToken: "x" }) };
}

function unsignedCall({ contents }: GenerateRequest): string | null {
  for (const { parts } of contents) {
    const first = parts.find(({ functionCall }) => functionCall !== undefined);
    if (first !== undefined && first.thoughtSignature === undefined)
      return "Function call is missing a thought_signature in functionCall parts.";
  }
  return null;
}

function say<T extends z.ZodType>(
  outgoing: ServerResponse,
  shape: T,
  body: unknown,
  toAnswer: (asked: z.output<T>) => object,
): void {
  const asked = shape.safeParse(body);
  if (asked.success) sayJson(outgoing, 200, toAnswer(asked.data));
  else refuse(outgoing, 400, "INVALID_ARGUMENT", asked.error.message);
}

/** A token is a word, of instructions too. */
function counted({ generateContentRequest: asked }: z.infer<typeof CountRequest>) {
  const parts = [
    ...(asked.systemInstruction?.parts ?? []),
    ...asked.contents.flatMap((c) => c.parts),
  ];
  const words = parts.flatMap(({ text = "" }) => text.split(/\s+/).filter(Boolean));
  return { totalTokens: words.length, promptTokensDetails: [] };
}

/** Not of unit length, as vectors that were shortened are. */
function vectors({ requests }: z.infer<typeof EmbedRequest>) {
  return {
    embeddings: requests.map(({ content }) => ({
      values: [3, content.parts[0]?.text === "far" ? -4 : 4],
    })),
  };
}

async function misbehave(
  stub: GeminiStub,
  chunks: Chunk[],
  isStream: boolean,
  outgoing: ServerResponse,
): Promise<void> {
  const { manner } = stub;
  const failure = {
    error: { code: 429, message: "Quota exceeded.", status: "RESOURCE_EXHAUSTED" },
  };
  if (manner === "busy") return sayJson(outgoing, 429, quota);
  if (manner === "bad key")
    return refuse(outgoing, 400, "INVALID_ARGUMENT", "API key not valid.", "API_KEY_INVALID");
  if (manner === "too long") return refuse(outgoing, 400, "INVALID_ARGUMENT", tooLong);
  if (manner === "fail") return refuse(outgoing, 503, "UNAVAILABLE", "The model is overloaded.");
  if (manner === "die before") return void outgoing.socket?.destroy();
  if (manner === "hang") return;
  const events = chunks.map((one) => `data: ${JSON.stringify(one)}\r\n\r\n`);
  const type = { "content-type": isStream ? "text/event-stream" : "application/json" };
  outgoing.writeHead(200, type);
  if (manner === "garbage") return void outgoing.end("\0garbage<>\r\n\r\ndata: <html>\r\n\r\n");
  if (manner === "endless") return void outgoing.end(Buffer.alloc(10 << 20, "x"));
  if (!isStream) return void outgoing.end(JSON.stringify(merged(chunks), null, 2));
  if (manner === "well") return void outgoing.end(events.join(""));
  outgoing.write(events[0]);
  if (manner === "hang after") return;
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (manner === "die after") return void outgoing.socket?.destroy();
  if (manner === "cut") return void outgoing.end(events[1]?.slice(0, 40));
  if (manner === "fail within")
    return void outgoing.end(`data: ${JSON.stringify(failure)}\r\n\r\n`);
  if (manner === "fail within, bare")
    return void outgoing.end(`${JSON.stringify([failure], null, 2)}\n`);
  for (const event of events.slice(1)) {
    outgoing.write(event);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  outgoing.end();
}

/** https://ai.google.dev/gemini-api/docs/rate-limits, as it is refused. */
const quota = {
  error: {
    code: 429,
    message: "You exceeded your current quota.",
    status: "RESOURCE_EXHAUSTED",
    details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.07s" }],
  },
};
const tooLong =
  "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).";

function refuse(
  outgoing: ServerResponse,
  code: number,
  status: string,
  message: string,
  reason?: string,
) {
  const details = reason && [
    { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com" },
  ];
  sayJson(outgoing, code, { error: { code, message, status, ...(details && { details }) } });
}

function sayJson(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing
    .writeHead(status, { "content-type": "application/json; charset=UTF-8" })
    .end(JSON.stringify(body, null, 2));
}

export const geminiKey = key;
