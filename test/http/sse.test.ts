import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import { ModelNotFoundError } from "../../src/errors/model-errors.ts";
import { WorkerLostError } from "../../src/errors/worker-errors.ts";
import { createApp } from "../../src/http/app.ts";
import { EventQueue } from "../../src/http/event-queue.ts";
import { clientSignal } from "../../src/http/node-exchange.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";
import { readEvents, type ServerSentEvent, streamEvents } from "../../src/http/sse.ts";
import { eventually } from "../support/eventually.ts";

/** What became of the endless stream: how far it came, and how it was left. */
const endless = { sent: 0, returned: 0, aborted: 0 };
let server: RunningServer;

async function* count(to: number, pauseMs = 0): AsyncGenerator<string> {
  for (let i = 0; i < to; i++) {
    if (pauseMs > 0) await wait(pauseMs);
    yield JSON.stringify({ i });
  }
}

async function* failing(after: number, error: Error): AsyncGenerator<string> {
  yield* count(after);
  throw error;
}

async function* forever(text: string, pauseMs: number): AsyncGenerator<string> {
  try {
    for (;;) {
      endless.sent++;
      yield text;
      if (pauseMs > 0) await wait(pauseMs);
    }
  } finally {
    endless.returned++;
  }
}

beforeAll(async () => {
  const app = createApp();
  app.use(async (c, next) => {
    c.header("x-mine", "kept");
    await next();
  });
  app.get("/count/:to", (c) => streamEvents(c, count(Number(c.req.param("to")))));
  app.get("/paced/:to", (c) => streamEvents(c, count(Number(c.req.param("to")), 5)));
  app.get("/open", (c) => streamEvents(c, count(2), { done: false }));
  app.get("/early", (c) => streamEvents(c, failing(0, new ModelNotFoundError("nope"))));
  app.get("/late/:after", (c) =>
    streamEvents(c, failing(Number(c.req.param("after")), new WorkerLostError("echo"))),
  );
  app.get("/silent", (c) => {
    const events = new EventQueue<string>(() => endless.returned++);
    clientSignal(c).addEventListener("abort", () => endless.aborted++);
    return streamEvents(c, events);
  });
  app.get("/forever", (c) => {
    clientSignal(c).addEventListener("abort", () => endless.aborted++);
    return streamEvents(c, forever('"tick"', 5));
  });
  app.get("/flood", (c) => streamEvents(c, forever(JSON.stringify("x".repeat(1000)), 0)));
  server = await serve(app, { host: "127.0.0.1", port: 0 });
});
afterAll(() => server.close());

const get = (path: string, init: RequestInit = {}) => fetch(server.url + path, init);
const textOf = async (path: string) => (await get(path)).text();

describe("streamEvents", () => {
  test("frames each event and ends with [DONE]", async () => {
    expect(await textOf("/count/3")).toBe(
      'data: {"i":0}\n\ndata: {"i":1}\n\ndata: {"i":2}\n\ndata: [DONE]\n\n',
    );
    expect(await textOf("/paced/2")).toBe('data: {"i":0}\n\ndata: {"i":1}\n\ndata: [DONE]\n\n');
    expect(await textOf("/count/0")).toBe("data: [DONE]\n\n");
    expect(await textOf("/open")).toBe('data: {"i":0}\n\ndata: {"i":1}\n\n');
  });

  test("says that it is a stream, not to be kept or held back, and keeps what was set before", async () => {
    const response = await get("/count/1");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
      "x-mine": "kept",
      "x-request-id": expect.stringMatching(/^req_/),
    });
  });

  test("sends events that are ready together in one write, and others as they come", async () => {
    const chunks = async (path: string) => {
      const sizes: number[] = [];
      for await (const chunk of (await get(path)).body ?? []) sizes.push(chunk.length);
      return sizes.length;
    };
    expect(await chunks("/count/100")).toBeLessThan(5);
    expect(await chunks("/paced/10")).toBeGreaterThanOrEqual(10);
  });

  test("is an ordinary failure before its first event", async () => {
    const response = await get("/early");
    expect(response.status).toBe(404);
    expect(((await response.json()) as ErrorBody).error.code).toBe("model_not_found");
  });

  test.for([1, 5])("ends with one error event and no [DONE] after %i", async (after) => {
    const response = await get(`/late/${after}`);
    expect(response.status).toBe(200);
    const events = (await response.text()).trimEnd().split("\n\n");
    expect(events).toHaveLength(after + 1);
    const last = JSON.parse(events.at(-1)?.slice(6) ?? "") as ErrorBody;
    expect(last.error).toMatchObject({ code: "worker_lost", type: "server_error", param: null });
  });

  test("is committed after 5 s of silence, then pings", { timeout: 20_000 }, async () => {
    const startedAt = performance.now();
    const response = await get("/silent");
    expect(response.status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(4500);
    expect(performance.now() - startedAt).toBeLessThan(6500);
    const reader = response.body?.getReader();
    const pings: number[] = [];
    for (let i = 0; i < 2; i++) {
      const { value } = (await reader?.read()) ?? {};
      expect(Buffer.from(value ?? []).toString()).toBe(":\n\n");
      pings.push(performance.now());
    }
    expect((pings[1] ?? 0) - (pings[0] ?? 0)).toBeLessThan(10_500);
    await reader?.cancel();
    await eventually(() => endless.returned === 1 && endless.aborted === 1);
  });

  test.for(["/forever", "/silent"])("leaves %s at once when the client does", async (path) => {
    Object.assign(endless, { sent: 0, returned: 0, aborted: 0 });
    const asked = request(server.url + path).on("error", () => {});
    asked.end();
    await wait(100);
    asked.destroy();
    expect(await eventually(() => endless.returned === 1 && endless.aborted === 1)).toBeLessThan(
      100,
    );
  });

  test("leaves it when the client closes its half of the connection", async () => {
    Object.assign(endless, { sent: 0, returned: 0, aborted: 0 });
    const socket = connect(server.port, "127.0.0.1", () => {
      socket.write("GET /forever HTTP/1.1\r\nhost: localhost\r\n\r\n");
      setTimeout(() => socket.end(), 50);
    });
    await wait(60);
    expect(await eventually(() => endless.returned === 1)).toBeLessThan(200);
    socket.destroy();
  });

  test("waits for a client that does not read, with 256 KiB pending", async () => {
    Object.assign(endless, { sent: 0, returned: 0, aborted: 0 });
    const socket = connect(server.port, "127.0.0.1", () =>
      socket.write("GET /flood HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    );
    socket.pause();
    await wait(400);
    const stalled = endless.sent;
    await wait(200);
    expect(endless.sent).toBe(stalled); // held by our limit and the system's socket buffers
    expect(stalled).toBeLessThan(20_000);
    socket.resume();
    await eventually(() => endless.sent > stalled + 1000);
    socket.destroy();
    await eventually(() => endless.returned === 1);
  });
});

describe("readEvents", () => {
  async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const text =
    ': hi\n\ndata: {"a":"é😀"}\n\nevent: ping\ndata: 1\ndata: 2\n\ndata:x\r\n\r\nid: 4\n\ndata: cut';
  const events: ServerSentEvent[] = [
    { event: "message", data: '{"a":"é😀"}' },
    { event: "ping", data: "1\n2" },
    { event: "message", data: "x" },
  ];

  test.for([1, 2, 3, 7, 1000])("reads the same in pieces of %i bytes", async (size) => {
    const read: ServerSentEvent[] = [];
    for await (const event of readEvents(pieces(Buffer.from(text), size))) read.push(event);
    expect(read).toEqual(events);
  });

  test("hears every piece, comments too", async () => {
    let heard = 0;
    for await (const _ of readEvents(pieces(Buffer.from(":\n\n:\n\n"), 3), () => heard++));
    expect(heard).toBe(2);
  });

  test("refuses an event without end", async () => {
    const endlessLine = pieces(Buffer.alloc(6_000_000, "x"), 65_536);
    const read = async () => {
      for await (const _ of readEvents(endlessLine));
    };
    await expect(read()).rejects.toBeInstanceOf(RangeError);
  });
});

describe("EventQueue", () => {
  test("gives what was pushed, in order, before and after it is asked", async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.push(2);
    expect(await queue.next()).toEqual({ value: 1, done: false });
    expect(await queue.next()).toEqual({ value: 2, done: false });
    const asked = queue.next();
    queue.push(3);
    expect(await asked).toEqual({ value: 3, done: false });
  });

  test("is left at once, in the middle of waiting, and says so once", async () => {
    let left = 0;
    const queue = new EventQueue<number>(() => left++);
    const asked = queue.next();
    await queue.return();
    await queue.return();
    expect(await asked).toMatchObject({ done: true });
    expect(left).toBe(1);
    queue.push(1);
    expect(await queue.next()).toMatchObject({ done: true });
  });

  test("gives what is left after its end, and cuts a reader too far behind", async () => {
    let left = 0;
    const queue = new EventQueue<number>(() => left++, 3);
    for (let i = 0; i < 5; i++) queue.push(i);
    expect(left).toBe(1);
    const read: number[] = [];
    for await (const i of queue) read.push(i);
    expect(read).toEqual([0, 1, 2, 3]);
  });
});
