import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UpstreamError } from "../../src/errors/upstream-errors.ts";
import { createApp } from "../../src/http/app.ts";
import { HttpClient } from "../../src/http/client.ts";
import { passAnswer } from "../../src/http/passed-answer.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";

const nothing = Buffer.alloc(0);
/** Lets everything through. */
const filter = { failure: null, isDone: false, pass: (it: Buffer) => it, end: (it: Buffer) => it };
const event = (text: string) => `data: ${JSON.stringify(text)}\n\n`;

describe("passAnswer", () => {
  const client = new HttpClient();
  /** Says what it is told to, when it is told to. */
  const upstream = createServer();
  let server: RunningServer;
  let silenceMs: number;

  beforeEach(async () => {
    silenceMs = 60_000;
    upstream.listen(0, "127.0.0.1");
    await once(upstream, "listening");
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const app = createApp().post("/v1/chat/completions", (c) =>
      passAnswer(c, (signal) => client.send(url, { signal }), {
        ...{ isStream: true, filter, silenceMs },
        readWhole: async () => nothing,
        lost: (why) => new UpstreamError("m", why),
      }),
    );
    server = await serve(app, { host: "127.0.0.1", port: 0 });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await server.close();
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
  });

  const ask = (signal?: AbortSignal) =>
    fetch(`${server.url}/v1/chat/completions`, { method: "POST", ...(signal && { signal }) });
  /** The request has come to the server behind. */
  const asked = async (): Promise<ServerResponse> => (await once(upstream, "request"))[1];

  test("tells a client every 5 s that a silent server is still at work", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const [response, answer] = [ask(), await asked()];
    vi.advanceTimersByTime(5000);
    const reader = (await response).body?.getReader();
    const heard = async () => Buffer.from((await reader?.read())?.value ?? nothing).toString();
    expect(await heard()).toBe(":\n\n");

    answer.writeHead(200, { "content-type": "text/event-stream" }).write(event("one"));
    expect(await heard()).toBe(event("one"));
    vi.advanceTimersByTime(5000); // it has spoken since
    vi.advanceTimersByTime(5000);
    expect(await heard()).toBe(":\n\n");
    answer.end(event("two"));
    expect(await heard()).toBe(event("two"));
  });

  test("closes the server's connection when the client leaves a stream", async () => {
    const leaving = new AbortController();
    const [response, answer] = [ask(leaving.signal), await asked()];
    answer.writeHead(200, { "content-type": "text/event-stream" }).write(event("one"));
    await response;
    const closed = once(answer, "close");
    leaving.abort();
    await closed;
    expect(answer.writableFinished).toBe(false);
  });

  test("breaks off a stream that falls silent, with one last event", async () => {
    silenceMs = 200;
    const [response, answer] = [ask(), await asked()];
    answer.writeHead(200, { "content-type": "text/event-stream" }).write(event("one"));
    const text = await (await response).text();
    expect(text).toMatch(/^data: "one"\n\ndata: \{"error":\{"message":"[^"]*silent/);
  });
});
