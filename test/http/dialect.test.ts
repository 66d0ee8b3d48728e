/** @file Each path fails and streams in its own dialect, at the server itself and one hop behind it. */
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { anthropicDialect } from "../../src/dialects/anthropic/dialect.ts";
import { ollamaDialect } from "../../src/dialects/ollama/dialect.ts";
import { openAiDialect } from "../../src/dialects/openai-dialect.ts";
import { responsesDialect } from "../../src/dialects/responses/dialect.ts";
import { ForbiddenError } from "../../src/errors/access-errors.ts";
import { QueueFullError } from "../../src/errors/limit-errors.ts";
import { ContextLengthError } from "../../src/errors/request-errors.ts";
import { UnavailableError, WorkerLostError } from "../../src/errors/worker-errors.ts";
import { createApp } from "../../src/http/app.ts";
import { requireKey } from "../../src/http/auth.ts";
import { HttpClient } from "../../src/http/client.ts";
import { dialectOf } from "../../src/http/dialect.ts";
import { readJson } from "../../src/http/json.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";
import { streamMessages } from "../../src/http/sse.ts";
import { openUpstream } from "../../src/http/upstream.ts";

const paths = {
  openAi: "/v1/chat/completions",
  responses: "/v1/responses",
  anthropic: "/v1/messages",
  ollama: "/api/chat",
};
const failures: Record<string, Error> = {
  context: new ContextLengthError(5000, 4096),
  forbidden: new ForbiddenError("Not for you."),
  busy: new QueueFullError(9, 7),
  unavailable: new UnavailableError("Loading.", "loading"),
  bug: new Error("secret"),
};
const Body = z.object({ name: z.string() });

const client = new HttpClient();
let server: RunningServer;
let relay: RunningServer;

/** What is said after so many ms; `fail` breaks off, `die` cuts the connection. */
type Script = [ms: number, what: string][];

async function* spoken(script: Script, die: () => void): AsyncGenerator<string> {
  for (const [ms, what] of script) {
    await wait(ms);
    if (what === "fail") throw new WorkerLostError("echo");
    if (what === "die") return die();
    yield what;
  }
}

beforeAll(async () => {
  const app = createApp().use("*", async (c, next) => {
    const failure = failures[c.req.query("fail") ?? ""];
    if (failure) throw failure;
    return c.req.query("key") ? requireKey(["right"])(c, next) : next();
  });
  for (const path of Object.values(paths)) {
    app.post(path, async (c) => c.json(await readJson(c, Body, 1000)));
    app.get(path, (c) => {
      const script = JSON.parse(c.req.query("say") ?? "[]") as Script;
      const { outgoing } = c.env as { outgoing: { destroy(): void } };
      return streamMessages(
        c,
        spoken(script, () => outgoing.destroy()),
      );
    });
  }
  server = await serve(app, { host: "127.0.0.1", port: 0 });
  const front = createApp().get("*", async (c) => {
    const { search } = new URL(c.req.url);
    const upstream = await openUpstream(client, { url: `${server.url}${c.req.path}${search}` });
    const [response] = await upstream.relay(c, () => new WorkerLostError("echo"));
    return response;
  });
  relay = await serve(front, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await relay.close();
  await server.close();
  client.close();
});

const say = (script: Script) => `?say=${encodeURIComponent(JSON.stringify(script))}`;
const textOf = async (path: string, script: Script, from = server) =>
  (await fetch(from.url + path + say(script))).text();
const failing = (path: string, name: string) => fetch(`${server.url}${path}?fail=${name}`);

describe("dialectOf", () => {
  test.for([
    ["/v1/messages", anthropicDialect],
    ["/v1/messages/count_tokens", anthropicDialect],
    ["/v1/messagesX", openAiDialect],
    ["/v1/responses/resp_1/input_items", responsesDialect],
    ["/api/chat", ollamaDialect],
    ["/api/pull", ollamaDialect],
    ["/api/v1/token_check", openAiDialect],
    ["/api/battle", openAiDialect],
    ["/", openAiDialect],
  ] as const)("knows %s", ([path, dialect]) => {
    expect(dialectOf(path)).toBe(dialect);
  });
});

describe("a failure", () => {
  test.for([
    ["context", 400, "invalid_request_error"],
    ["forbidden", 403, "permission_error"],
    ["busy", 429, "rate_limit_error"],
    ["unavailable", 503, "overloaded_error"],
    ["bug", 500, "api_error"],
  ] as const)("%s has Anthropic's name for its status", async ([name, status, type]) => {
    const response = await failing(paths.anthropic, name);
    expect(response.status).toBe(status);
    const id = response.headers.get("request-id");
    expect(id).toMatch(/^req_/);
    expect(await response.json()).toEqual({
      type: "error",
      error: { type, message: expect.any(String) },
      request_id: id,
    });
  });

  test.for(Object.keys(failures))("%s is a sentence at Ollama", async (name) => {
    expect(await (await failing(paths.ollama, name)).json()).toEqual({ error: expect.any(String) });
  });

  test("keeps what its class adds at OpenAI, and its headers everywhere", async () => {
    expect(await (await failing(paths.openAi, "context")).json()).toMatchObject({
      error: { code: "context_length_exceeded", n_ctx: 4096 },
    });
    for (const path of Object.values(paths))
      expect((await failing(path, "busy")).headers.get("retry-after")).toBe("7");
  });

  test.for<[string, RequestInit & { query?: string }, number]>([
    ["of a body that is no JSON", { body: "{" }, 400],
    ["of a wrong field", { body: '{"name":1}' }, 400],
    ["of another media type", { body: "x", headers: { "content-type": "text/plain" } }, 415],
    ["of a large body", { body: `{"name":"${"x".repeat(2000)}"}` }, 413],
    ["without a key", { body: "{}", query: "?key=asked" }, 401],
    ["of an unknown method", { method: "PUT", body: "{}" }, 405],
  ])("%s has its path's shape", async ([, init, status]) => {
    const type = { "content-type": "application/json" };
    const ask = (path: string) =>
      fetch(server.url + path + (init.query ?? ""), { method: "POST", headers: type, ...init });
    const shapes = {
      [paths.openAi]: { error: { message: expect.any(String), type: expect.any(String) } },
      [paths.responses]: { error: { message: expect.any(String), type: expect.any(String) } },
      [paths.anthropic]: { type: "error", error: { message: expect.any(String) } },
      [paths.ollama]: { error: expect.any(String) },
    };
    for (const [path, shape] of Object.entries(shapes)) {
      const response = await ask(path);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject(shape);
    }
  });

  test("of a body that names no type, or a form's, is for pages and for all but Ollama", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const send = async (path: string, headers: Record<string, string>) => {
      const body = new TextEncoder().encode('{"name":"x"}');
      return (await fetch(server.url + path, { method: "POST", body, headers })).status;
    };
    for (const type of [form, {}] as Record<string, string>[]) {
      expect(await send(paths.ollama, type)).toBe(200);
      expect(await send(paths.openAi, type)).toBe(415);
      for (const origin of ["https://evil.example", "null"])
        expect(await send(paths.ollama, { ...type, origin })).toBe(415);
      expect(await send(paths.ollama, { ...type, "sec-fetch-site": "cross-site" })).toBe(415);
    }
    expect(await send(paths.ollama, { "content-type": "text/plain" })).toBe(415);
  });

  test("of a foreign Host has its path's shape too", async () => {
    const answer = await raw(`GET ${paths.anthropic}?x HTTP/1.1\r\nhost: evil.example\r\n\r\n`);
    expect(answer).toContain("403 Forbidden");
    expect(answer).toContain('"type":"permission_error"');
  });
});

describe("streamMessages", () => {
  const one: Script = [[0, '{"a":1}']];
  const broken: Script = [...one, [5, "fail"]];

  test("frames each message and says farewell as the path's clients expect", async () => {
    expect(await textOf(paths.openAi, one)).toBe('data: {"a":1}\n\ndata: [DONE]\n\n');
    expect(await textOf(paths.anthropic, [[0, "event: a\ndata: {}"]])).toBe(
      "event: a\ndata: {}\n\n",
    );
    expect(await textOf(paths.ollama, one)).toBe('{"a":1}\n');
    const { headers } = await fetch(server.url + paths.ollama + say(one));
    expect(headers.get("content-type")).toBe("application/x-ndjson");
  });

  test("tells of a failure in its midst as the path's clients read it", async () => {
    expect(await textOf(paths.openAi, broken)).toMatch(/\n\ndata: \{"error":\{"message":.*\}\n\n$/);
    expect(await textOf(paths.anthropic, broken)).toMatch(
      /\n\nevent: error\ndata: \{"type":"error","error":\{"type":"api_error",.*"request_id":"req_.*\}\n\n$/,
    );
    expect(await textOf(paths.ollama, broken)).toMatch(
      /^\{"a":1\}\n\{"error":"The worker .*"\}\n$/,
    );
    expect(await textOf(paths.responses, broken)).toMatch(
      /\n\nevent: error\ndata: \{"type":"error","message":".*","code":"worker_lost",.*\}\n\n$/,
    );
  });

  test("says something in a long silence that the path's clients skip", async () => {
    const silent: Script = [[7000, '{"a":1}']];
    const [anthropic, ollama] = await Promise.all([
      textOf(paths.anthropic, silent, relay),
      textOf(paths.ollama, silent, relay),
    ]);
    expect(anthropic).toMatch(/^event: ping\ndata: \{"type":"ping"\}\n\n/);
    expect(ollama).toBe(' {"a":1}\n');
    expect(JSON.parse(ollama)).toEqual({ a: 1 });
  });
});

describe("a relayed stream", () => {
  test("passes each line on when it is there", async () => {
    const script: Script = [1, 2, 3].map((i) => [60, `{"i":${i}}`]);
    const response = await fetch(relay.url + paths.ollama + say(script));
    const pieces: string[] = [];
    for await (const piece of response.body ?? []) pieces.push(Buffer.from(piece).toString());
    expect(pieces).toEqual(['{"i":1}\n', '{"i":2}\n', '{"i":3}\n']);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  });

  test.for([paths.anthropic, paths.ollama, paths.openAi])(
    "whose server dies ends, after whole messages, with one that says so: %s",
    async (path) => {
      const { after } = dialectOf(path).stream;
      const script: Script = [
        [0, '{"a":1}'],
        [30, "die"],
      ];
      const text = await textOf(path, script, relay);
      const messages = text.split(after);
      expect(messages).toHaveLength(3);
      expect(messages[0]).toContain('{"a":1}');
      expect(messages[1]).toContain("stopped before the answer was complete");
      expect(messages[2]).toBe("");
    },
  );
});

/** Sends bytes as they are and returns all that comes back. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => (text += chunk)).on("error", reject);
    socket.on("close", () => resolve(text));
  });
}
