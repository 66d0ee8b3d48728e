import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { ForbiddenError } from "../../src/errors/access-errors.ts";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import { QueueFullError } from "../../src/errors/limit-errors.ts";
import { ModelNotFoundError } from "../../src/errors/model-errors.ts";
import { ContextLengthError } from "../../src/errors/request-errors.ts";
import { UnavailableError, WorkerLostError } from "../../src/errors/worker-errors.ts";
import { createApp } from "../../src/http/app.ts";
import { readJson } from "../../src/http/json.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";

const failures: Record<string, Error> = {
  context: new ContextLengthError(5000, 4096),
  forbidden: new ForbiddenError("Not for you."),
  model: new ModelNotFoundError("nope", ["echo"]),
  busy: new QueueFullError(9, 7),
  unavailable: new UnavailableError("Loading.", "loading"),
  lost: new WorkerLostError("echo"),
  bug: new Error("secret path /etc/passwd"),
};
const Body = z.object({
  name: z.string(),
  parts: z.array(z.object({ text: z.string() })).optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
});
const logged: string[] = [];
const originalError = console.error;
let server: RunningServer;

beforeAll(async () => {
  console.error = (...parts: unknown[]) => void logged.push(parts.map(String).join(" "));
  const app = createApp({ log: true });
  app.get("/fail/:with", (c) => {
    throw failures[c.req.param("with")] ?? new Error("no such failure");
  });
  app.post("/json", async (c) => c.json(await readJson(c, Body)));
  server = await serve(app, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  console.error = originalError;
  await server.close();
});

const get = (path: string, headers = {}) => fetch(server.url + path, { headers });
const errorOf = async (response: Response) => ((await response.json()) as ErrorBody).error;
function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const type = { "content-type": "application/json" };
  return fetch(`${server.url}/json`, { method: "POST", body, headers: { ...type, ...headers } });
}

/** Sends bytes as they are and returns all that comes back. */
function raw(bytes: string, port = server.port): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => (text += chunk)).on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

function bodyOf(answer: string): ErrorBody {
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
}

describe("a failure", () => {
  test.for([
    ["context", 400, "context_length_exceeded", "messages"],
    ["forbidden", 403, "forbidden", null],
    ["model", 404, "model_not_found", "model"],
    ["busy", 429, "rate_limit_exceeded", null],
    ["unavailable", 503, "loading", null],
    ["lost", 502, "worker_lost", null],
    ["bug", 500, null, null],
  ] as const)("%s is answered with %i, code %s, param %s", async ([name, status, code, param]) => {
    const response = await get(`/fail/${name}`);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toMatch("application/json");
    expect(Object.keys(await errorOf(response.clone()))).toEqual(
      expect.arrayContaining(["message", "type", "param", "code"]),
    );
    expect(await errorOf(response)).toMatchObject({ code, param });
  });

  test("says when to come back, and whether", async () => {
    expect((await get("/fail/busy")).headers.get("retry-after")).toBe("7");
    expect((await get("/fail/unavailable")).headers.get("retry-after")).toBe("2");
    expect((await get("/fail/lost")).headers.get("x-should-retry")).toBe("true");
  });

  test("that is a bug is logged once and says nothing", async () => {
    logged.length = 0;
    expect((await errorOf(await get("/fail/bug"))).message).not.toMatch(/secret|passwd/);
    expect(logged.filter((line) => line.includes("secret"))).toHaveLength(1);
  });

  test("is an unknown URL where no route is", async () => {
    const response = await get("/v1/nothing");
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toMatchObject({
      message: expect.stringContaining("Unknown request URL: GET /v1/nothing"),
    });
  });
});

describe("x-request-id", () => {
  test("is made, or taken from the client when it is harmless", async () => {
    expect((await get("/x")).headers.get("x-request-id")).toMatch(/^req_[\w-]{36}$/);
    const given = await get("/x", { "x-request-id": "abc-1.2" });
    expect(given.headers.get("x-request-id")).toBe("abc-1.2");
    const hostile = await get("/x", { "x-request-id": "a b<script>" });
    expect(hostile.headers.get("x-request-id")).toMatch(/^req_/);
  });
});

describe("the access log", () => {
  test("has one line a request, without query, key or body", async () => {
    logged.length = 0;
    await get("/fail/busy?key=canary1", { authorization: "Bearer canary2" });
    await post('{"name":"canary3"}');
    await wait(20);
    const lines = logged.filter((line) => / (GET|POST) /.test(line));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/GET \/fail\/busy 429 \d+ms req_/);
    expect(lines[1]).toMatch(/POST \/json 200 \d+ms req_/);
    expect(logged.join()).not.toMatch(/canary/);
  });
});

describe("readJson", () => {
  test("reads what the schema says and drops the rest", async () => {
    const response = await post('{"name":"é","other":1,"__proto__":{"polluted":1}}');
    expect(await response.json()).toEqual({ name: "é" });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test.for([
    ['{"name":1}', "name"],
    ["{}", "name"],
    ['{"name":"x","parts":[{"text":"a"},{"text":2}]}', "parts[1].text"],
    ['{"name":"x","stop":5}', "stop"],
    ['{"name":"x","stop":["a",5]}', "stop[1]"],
    ["[]", null],
  ] as const)("answers 400 to %s and names %s", async ([body, param]) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error).toMatchObject({ type: "invalid_request_error", param });
    if (param) expect(error.message).toContain(param);
  });

  test.for(["", "{", '{"name":"x"', "nul", '{"name":NaN}', '{"name":"\u0001"}', '"\\'])(
    "answers 400 to %j, which is not JSON",
    async (body) => {
      expect((await post(body)).status).toBe(400);
    },
  );

  test("answers 400 to bytes that are not UTF-8", async () => {
    const bytes = new Uint8Array([...Buffer.from('{"name":"'), 0xff, 0xfe, ...Buffer.from('"}')]);
    expect((await post(bytes)).status).toBe(400);
  });

  test("takes 4 MiB and answers 413 to one byte more, announced or chunked", async () => {
    const limit = 4 * 1024 * 1024;
    const body = (bytes: number) => `{"name":"${"x".repeat(bytes - 11)}"}`;
    expect((await post(body(limit))).status).toBe(200);
    const announced = await post(body(limit + 1));
    expect(announced.status).toBe(413);
    expect(await errorOf(announced)).toMatchObject({ code: "body_too_large" });
    const chunked = await raw(
      `POST /json HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${(limit + 100).toString(16)}\r\n${body(limit + 100)}`,
    );
    expect(chunked).toMatch(/^HTTP\/1.1 413 /);
    expect(bodyOf(chunked).error.code).toBe("body_too_large");
  });

  test("takes 64 levels and answers 400 to 65, to 100 000 and to brackets in strings not at all", async () => {
    const nested = (depth: number) =>
      `{"name":"x","other":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    expect((await post(nested(64))).status).toBe(200);
    expect((await post(nested(65))).status).toBe(400);
    const startedAt = performance.now();
    expect((await post("[".repeat(3_000_000))).status).toBe(400);
    expect(performance.now() - startedAt).toBeLessThan(500);
    const text = JSON.stringify({ name: `\\"${"[{".repeat(100)}\\` });
    expect((await post(text)).status).toBe(200);
  });

  test.for([
    ["text/plain", {}],
    ["multipart/form-data; boundary=x", {}],
    ["application/x-www-form-urlencoded", {}],
    ["application/json", { "content-encoding": "gzip" }],
    ["application/json", { "content-encoding": "br" }],
  ] as const)("answers 415 to %s %o", async ([type, more]) => {
    const response = await post('{"name":"x"}', { "content-type": type, ...more });
    expect(response.status).toBe(415);
    expect(await errorOf(response)).toMatchObject({ code: "unsupported_media_type" });
  });

  test("takes application/json with a charset", async () => {
    const response = await post('{"name":"x"}', {
      "content-type": "Application/JSON; charset=utf-8",
    });
    expect(response.status).toBe(200);
  });

  test("is not disturbed by a client that leaves in the middle of a body", async () => {
    logged.length = 0;
    await new Promise<void>((resolve) => {
      const head = "POST /json HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
      const socket = connect(server.port, "127.0.0.1", () => {
        socket.write(`${head}content-length: 1000\r\n\r\n{"name":`);
        setTimeout(() => socket.destroy(), 20);
      });
      socket.on("close", () => resolve());
    });
    await wait(30);
    expect(logged.join()).not.toContain("Error");
    expect((await post('{"name":"x"}')).status).toBe(200);
  });
});

describe("what node's parser refuses", () => {
  test.for([
    ["not a request", "GARBAGE\r\n\r\n", 400],
    ["a bad version", "GET / HTTP/9.9\r\n\r\n", 400],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
      400,
    ],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
      400,
    ],
    ["huge headers", `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(70_000)}\r\n\r\n`, 431],
  ] as const)("is answered in JSON: %s", async ([, bytes, status]) => {
    const answer = await raw(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(bodyOf(answer).error).toMatchObject({ type: "invalid_request_error", param: null });
  });

  test("leaves the server well", async () => {
    expect((await post('{"name":"x"}')).status).toBe(200);
  });
});

describe("the host guard of a loopback server", () => {
  const asked = (host: string) =>
    raw(`GET /none HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);

  test.for(["127.0.0.1", "localhost", "LOCALHOST:1", "[::1]:80", "127.8.8.8"])(
    "lets %s through",
    async (host) => {
      expect(await asked(host)).toMatch(/^HTTP\/1.1 404 /);
    },
  );

  test.for(["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "evil:80", "[::2]", ""])(
    "answers 403 to %s",
    async (host) => {
      const answer = await asked(host);
      expect(answer).toMatch(/^HTTP\/1.1 403 /);
      expect(bodyOf(answer).error.type).toBe("permission_error");
    },
  );

  test("lets a listed name through", async () => {
    const named = await serve(createApp(), {
      host: "127.0.0.1",
      port: 0,
      allowedHosts: ["my.box"],
    });
    const bytes = "GET /none HTTP/1.1\r\nhost: my.box\r\nconnection: close\r\n\r\n";
    expect(await raw(bytes, named.port)).toMatch(/^HTTP\/1.1 404 /);
    await named.close();
  });
});

describe("a slow client", () => {
  test("is cut when its headers take longer than 10 s", { timeout: 15_000 }, async () => {
    const startedAt = performance.now();
    const answer = await raw("GET / HTTP/1.1\r\nhost: local");
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(bodyOf(answer).error.type).toBe("invalid_request_error");
    expect(performance.now() - startedAt).toBeLessThan(12_500);
  });
});

describe("close", () => {
  test("lets a running request finish, and refuses new ones", async () => {
    const app = createApp();
    app.get("/slow", async (c) => {
      await wait(150);
      return c.text("done");
    });
    const slow = await serve(app, { host: "127.0.0.1", port: 0 });
    const asked = fetch(`${slow.url}/slow`);
    await wait(50);
    const closing = slow.close(5000);
    await expect(fetch(`${slow.url}/slow`)).rejects.toThrow();
    expect(await (await asked).text()).toBe("done");
    const startedAt = performance.now();
    await closing;
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  test("cuts what is left after the grace period", async () => {
    const app = createApp();
    app.get("/stuck", () => new Promise<Response>(() => {}));
    const stuck = await serve(app, { host: "127.0.0.1", port: 0 });
    const asked = fetch(`${stuck.url}/stuck`).catch((error: Error) => error);
    await wait(50);
    await stuck.close(100);
    expect(await asked).toBeInstanceOf(Error);
  });

  test("a port in use is refused with the system's own error", async () => {
    const busy = serve(createApp(), { host: "127.0.0.1", port: server.port });
    await expect(busy).rejects.toMatchObject({ code: "EADDRINUSE", syscall: "listen" });
  });
});
