/** @file What a server behind a worker does wrong is one clear error, and leaves nothing behind. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { serveRemoteWorker } from "../../src/worker/serve-remote.ts";
import { eventually } from "../support/eventually.ts";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { type Manner, serveStub } from "../support/upstream-stub.ts";

const messages = [{ role: "user" as const, content: "Say hello" }];
/** One kind that is passed through, and one that the speaker speaks to. */
const ways = ["vllm", "tgi"] as const;

type Expected = { status: number; code: string };
const before: [Manner, Expected][] = [
  ["busy", { status: 429, code: "upstream_busy" }],
  ["fail", { status: 502, code: "upstream_error" }],
  ["die before", { status: 502, code: "upstream_lost" }],
  ["hang", { status: 502, code: "upstream_silent" }],
];

async function startInFrontOf(kind: (typeof ways)[number]) {
  const stub = keep(await serveStub(kind));
  const worker = await startRemote([remoteModel(stub, { names: ["m"], silenceMs: 300 })]);
  const busy = async () => {
    const text = await fetch(`${worker.url}/metrics`).then((it) => it.text());
    return Number(/^fastchat_worker_slots_busy (\d+)/m.exec(text)?.[1]);
  };
  const settled = () => eventually(async () => (await busy()) === 0 && stub.active === 0);
  return { stub, worker, settled };
}

const dataIn = (text: string) =>
  text
    .split("\n\n")
    .filter((event) => event.startsWith("data: "))
    .map((event) => event.slice("data: ".length));

describe.each(ways)("a server such as %s", (kind) => {
  describe.each(before)("that will %s before its answer", (manner, { status, code }) => {
    test.each([false, true])("is one error with its status (stream: %s)", async (stream) => {
      const { stub, worker, settled } = await startInFrontOf(kind);
      stub.manner = manner;
      const response = await post(worker.url, "/v1/chat/completions", {
        model: "m",
        messages,
        stream,
      });
      expect(response.status).toBe(status);
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect(error.code).toBe(code);
      expect(error.message).toContain("'m'");
      if (manner === "busy") expect(response.headers.get("retry-after")).toBe("7");
      await settled();
    });
  });

  test.each(["die after", "hang after", "cut", "half", "fail within"] as const)(
    "that will %s in a stream is one error event, and no [DONE]",
    async (manner) => {
      const { stub, worker, settled } = await startInFrontOf(kind);
      stub.manner = manner;
      const body = { model: "m", messages, stream: true };
      const response = await post(worker.url, "/v1/chat/completions", body);
      expect(response.status).toBe(200);
      const data = dataIn(await response.text());
      expect(data).not.toContain("[DONE]");
      const parsed = data.map((it) => JSON.parse(it) as { error?: { message: string } });
      expect(parsed.filter(({ error }) => error !== undefined)).toHaveLength(1);
      expect(parsed.at(-1)?.error?.message).toContain("'m'");
      await settled();
    },
  );

  test.each(["garbage", "endless"] as const)(
    "that will send %s is one error (stream: both)",
    async (manner) => {
      const { stub, worker, settled } = await startInFrontOf(kind);
      stub.manner = manner;
      for (const stream of [false, true]) {
        const body = { model: "m", messages, stream };
        const response = await post(worker.url, "/v1/chat/completions", body);
        const text = await response.text();
        const json = response.status === 200 ? dataIn(text).at(-1) : text;
        expect(JSON.parse(json ?? "")).toMatchObject({ error: { message: expect.any(String) } });
        expect(text.length).toBeLessThan(10_000);
        if (!stream) expect(response.status).toBe(502);
      }
      await settled();
    },
  );

  test.each(["die after", "hang after"] as const)(
    "that will %s in a whole answer is a 502",
    async (manner) => {
      const { stub, worker, settled } = await startInFrontOf(kind);
      stub.manner = manner;
      // TGI's speaker asks for a stream whatever the client wants.
      const response = await post(worker.url, "/v1/chat/completions", { model: "m", messages });
      expect(response.status).toBe(502);
      await settled();
    },
  );

  test("that repeats a long request in its refusal is the client's 400", async () => {
    const refusal = { status: 400, body: { error: { message: "x".repeat(100_000) } } };
    const stub = keep(await serveStub(kind, { more: { refusal } }));
    const worker = await startRemote([remoteModel(stub, { names: ["m"] })]);
    stub.manner = "refuse";
    const response = await post(worker.url, "/v1/chat/completions", { model: "m", messages });
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(1000);
    await eventually(() => stub.active === 0);
  });

  test("is left as soon as the client leaves", async () => {
    const { stub, worker, settled } = await startInFrontOf(kind);
    stub.manner = "slow";
    stub.pauseMs = 100;
    const leaving = new AbortController();
    const response = await fetch(`${worker.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "m", messages, stream: true }),
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    expect(stub.active).toBe(1);
    leaving.abort();
    await eventually(() => stub.active === 0, 300);
    await settled();
  });

  test("is told to Anthropic's client in its own words", async () => {
    const { stub, worker, settled } = await startInFrontOf(kind);
    stub.manner = "fail within";
    const client = new Anthropic({ baseURL: worker.url, apiKey: "none", maxRetries: 0 });
    const stream = client.messages.stream({ model: "m", messages, max_tokens: 20 });
    await expect(stream.finalMessage()).rejects.toThrow(/failed \(50001\): \*\*NETWORK ERROR/);
    await settled();
  });
});

describe("the worker in front of it", () => {
  test("ends a stream with its last word, though the server keeps the connection", async () => {
    const { stub, worker, settled } = await startInFrontOf("vllm");
    stub.manner = "linger";
    const body = { model: "m", messages, stream: true };
    const text = await (await post(worker.url, "/v1/chat/completions", body)).text();
    expect(dataIn(text).at(-1)).toBe("[DONE]");
    expect(text).not.toContain('"error"');
    await settled();
  });

  test("does not wait for a silent server when it leaves", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const models = [remoteModel({ url: `http://127.0.0.1:${port}` })];
    const worker = await serveRemoteWorker({ models, host: "127.0.0.1", port: 0 });
    await once(silent, "request");
    const begin = performance.now();
    await worker.close();
    expect(performance.now() - begin).toBeLessThan(1000); // it would be given up after 5 s
    silent.close();
  });

  test("asks again over the connection of a stream that is complete", async () => {
    const stub = keep(await serveStub("vllm"));
    const worker = await startRemote([remoteModel(stub, { names: ["m"] })], { healthMs: 60_000 });
    const before = new Set(stub.sockets);
    for (let i = 0; i < 5; i++) {
      const body = { model: "m", messages, stream: true };
      await (await post(worker.url, "/v1/chat/completions", body)).text();
    }
    expect([...stub.sockets].filter((it) => !before.has(it)).length).toBeLessThan(2);
  });

  test("passes CRLF events as they come, though the first bytes have no line's end", async () => {
    const stub = keep(await serveStub("tabbyapi"));
    const worker = await startRemote([remoteModel(stub, { names: ["m"] })]);
    stub.manner = "split";
    stub.pauseMs = 400;
    const body = { model: "m", messages, stream: true };
    const begin = performance.now();
    const response = await post(worker.url, "/v1/chat/completions", body);
    const first = await response.body?.getReader().read();
    expect(first?.done).toBe(false);
    expect(performance.now() - begin).toBeLessThan(1000); // the last comes after 1200
  });

  test("answers 429 with a time to wait once its places are taken", async () => {
    const stub = keep(await serveStub("vllm"));
    const worker = await startRemote([remoteModel(stub, { names: ["m"], limitConcurrency: 2 })]);
    stub.manner = "slow";
    const ask = () =>
      post(worker.url, "/v1/chat/completions", { model: "m", messages, stream: true });
    const first = [await ask(), await ask()];
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("2");
    await Promise.all(first.map((it) => it.text()));
    expect((await ask()).status).toBe(200);
  });

  test("leaks nothing over hundreds of faults", { timeout: 60_000 }, async () => {
    const stub = keep(await serveStub("vllm"));
    const worker = await startRemote([remoteModel(stub, { names: ["m"], silenceMs: 30 })]);
    const manners: Manner[] = [
      ...(["fail", "die before", "die after", "hang", "hang after", "garbage", "cut"] as const),
      ...(["half", "fail within", "refuse", "well"] as const),
    ];
    const round = async () => {
      for (const manner of manners) {
        stub.manner = manner;
        for (const path of ["/v1/chat/completions", "/v1/messages"]) {
          const body = { model: "m", messages, stream: true, max_tokens: 20 };
          await post(worker.url, path, body).then((it) => it.text());
        }
      }
    };
    for (let i = 0; i < 3; i++) await round();
    const handles = process.getActiveResourcesInfo().length;
    const begun = process.memoryUsage().heapUsed;
    for (let i = 0; i < 10; i++) await round();
    await eventually(() => stub.active === 0);
    expect(process.getActiveResourcesInfo().length).toBeLessThan(handles + 10);
    expect(stub.sockets.size).toBeLessThan(8);
    expect(process.memoryUsage().heapUsed - begun).toBeLessThan(64 << 20);
  });

  test("keeps the connection of OpenAI's client after an error within a stream", async () => {
    const stub = keep(await serveStub("vllm"));
    const worker = await startRemote([remoteModel(stub, { names: ["m"] })]);
    const client = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
    stub.manner = "fail within";
    const broken = client.chat.completions.stream({ model: "m", messages });
    await expect(broken.finalChatCompletion()).rejects.toThrow(/50001/);
    stub.manner = "well";
    const whole = await client.chat.completions.create({ model: "m", messages });
    expect(whole.choices[0]?.message.content).toBe("Hello there");
  });
});
