import { createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { HttpClient } from "../../src/http/client.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";

const client = new HttpClient();
let server: RunningServer;
beforeAll(async () => {
  const app = createApp();
  app.post("/echo", async (c) => c.json(await c.req.json()));
  server = await serve(app, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  client.close();
  await server.close();
});

/**
 * A server that answers the first request of a connection and resets it at the second.
 *
 * @param last What it says before, and how many ms it takes.
 */
async function fickleServer(last = { words: "", ms: 0 }) {
  const counts = { connections: 0 };
  const answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n42";
  const listener = createServer((socket: Socket) => {
    counts.connections++;
    let requests = 0;
    socket.on("error", () => {});
    socket.on("data", () => {
      if (requests++ === 0) return socket.write(answer);
      if (last.words !== "") socket.write(last.words);
      if (last.ms === 0) return socket.resetAndDestroy();
      return setTimeout(() => socket.resetAndDestroy(), last.ms);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, counts, close: () => listener.close() };
}

describe("HttpClient", () => {
  test("sends JSON and reads JSON", async () => {
    const call = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"é":1}',
    };
    expect(await client.json(`${server.url}/echo`, call)).toEqual({ é: 1 });
  });

  test("throws the status when it is not 2xx", async () => {
    await expect(client.json(`${server.url}/nothing`)).rejects.toMatchObject({ status: 404 });
  });

  test("throws ECONNREFUSED where nobody listens", async () => {
    const gone = await serve(createApp(), { host: "127.0.0.1", port: 0 });
    await gone.close();
    await expect(client.send(gone.url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("asks again when a kept connection was closed under it, once", async () => {
    const fickle = await fickleServer();
    for (let i = 0; i < 3; i++) expect(await client.json(fickle.url)).toBe(42);
    expect(fickle.counts.connections).toBe(3);
    fickle.close();
  });

  test.each([
    { words: "", ms: 400 },
    { words: "HTTP/1.1 200 OK\r\n", ms: 50 },
  ])("does not ask again where the server may have read the request: %o", async (last) => {
    const fickle = await fickleServer(last);
    const call = { method: "POST", body: "{}" };
    await client.json(fickle.url, call);
    await expect(client.json(fickle.url, call)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(fickle.counts.connections).toBe(1);
    fickle.close();
  });
});

describe("createMetrics", () => {
  test("writes Prometheus' text format", () => {
    const { counter, gauge, histogram, metricsText } = createMetrics();
    const requests = counter("requests_total", "Requests.");
    requests.add();
    requests.add(2, { model: 'a"b\\c\nd' });
    gauge("slots", "Slots.").set(4);
    gauge("asked", "Asked.", () => 7);
    const seconds = histogram("seconds", "Seconds.", [0.1, 1]);
    for (const value of [0.05, 0.5, 5]) seconds.observe(value, { route: "x" });
    expect(metricsText()).toBe(`# HELP requests_total Requests.
# TYPE requests_total counter
requests_total 1
requests_total{model="a\\"b\\\\c\\nd"} 2
# HELP slots Slots.
# TYPE slots gauge
slots 4
# HELP asked Asked.
# TYPE asked gauge
asked 7
# HELP seconds Seconds.
# TYPE seconds histogram
seconds_bucket{route="x",le="0.1"} 1
seconds_bucket{route="x",le="1"} 2
seconds_bucket{route="x",le="+Inf"} 3
seconds_sum{route="x"} 5.55
seconds_count{route="x"} 3
`);
  });
});

describe("a tunnel in the making", () => {
  test("is given up as soon as nobody wants it", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket.resume()));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const tunnelled = new HttpClient(() => new URL(`http://127.0.0.1:${port}`));
    const began = performance.now();
    const signal = AbortSignal.timeout(100);
    await expect(tunnelled.send("https://far.example", { signal })).rejects.toThrow(/abort/);
    expect(performance.now() - began).toBeLessThan(2000);
    await expect.poll(() => sockets.every((socket) => socket.readableEnded)).toBe(true);
    expect(sockets).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
    silent.close();
    tunnelled.close();
  });
});
