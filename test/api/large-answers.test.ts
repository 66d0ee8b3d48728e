/** @file Answers and events through an api that are large, or larger than it holds. */
import { describe, expect, test } from "vitest";
import { serveApi } from "../../src/api/serve.ts";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import { createApp } from "../../src/http/app.ts";
import { serve } from "../../src/http/serve.ts";
import { echoModel } from "../support/echo-worker.ts";
import { eventually } from "../support/eventually.ts";
import { keep } from "../support/started.ts";

const host = "127.0.0.1";
const MiB = 1 << 20;

/** An api, and two workers that answer with events of so many bytes, or with so many at once. */
async function house(bytes: number) {
  const asked = { times: 0 };
  const answer = (isStream: boolean) => {
    asked.times++;
    const block = new Uint8Array(MiB).fill(120);
    const text = (words: string) => new TextEncoder().encode(words);
    const pieces = [
      text('data: {"text":"'),
      ...Array.from({ length: bytes / MiB }, () => block),
      text('"}\n\ndata: [DONE]\n\n'),
    ];
    const body = new ReadableStream({
      pull: (controller) => {
        const piece = pieces.shift();
        if (piece) controller.enqueue(piece);
        else controller.close();
      },
    });
    const type = isStream ? "text/event-stream" : "application/json";
    return new Response(body, { headers: { "content-type": type } });
  };
  const app = createApp()
    .get("/health", (c) => c.json({ status: "ok" }))
    .get("/v1/models", (c) =>
      c.json({ data: [{ ...echoModel({ capabilities: ["chat", "completions"] }), parent: null }] }),
    )
    .post("/v1/chat/completions", () => answer(true))
    .post("/v1/completions", () => answer(false));
  const workers = [
    keep(await serve(app, { host, port: 0 })),
    keep(await serve(app, { host, port: 0 })),
  ];
  const api = keep(await serveApi({ host, port: 0, workers: workers.map(({ url }) => url) }));
  await eventually(async () => (await (await fetch(`${api.url}/health`)).text()).includes(":2"));
  const post = (path: string) =>
    fetch(api.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "echo", stream: path.includes("chat") }),
    });
  const metrics = async () => (await fetch(`${api.url}/metrics`)).text();
  return { post, metrics, asked };
}

describe("an event", () => {
  test("of many megabytes is passed on as it is", async () => {
    const { post, metrics } = await house(20 * MiB);
    const beganAt = performance.now();
    const text = await (await post("/v1/chat/completions")).text();
    expect(text.length).toBe(20 * MiB + '{"text":""}'.length + "data: \n\ndata: [DONE]\n\n".length);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(performance.now() - beganAt).toBeLessThan(5000);
    expect(await metrics()).toMatch(/broken_answers_total 0\n/);
  });

  test("that is too large is told as such, and is no worker's fault", async () => {
    const { post, metrics } = await house(66 * MiB);
    for (let i = 0; i < 4; i++) {
      const text = await (await post("/v1/chat/completions")).text();
      expect(text).toMatch(/^data: .*"code":"answer_too_large"\}\}\n\n$/);
    }
    expect(await metrics()).toMatch(/broken_answers_total 0\n/);
    expect(await metrics()).toContain("fastchat_api_workers_ejected 0");
  });
});

test("a whole answer that is too large is told as such, asked for once, and no worker's fault", async () => {
  const { post, metrics, asked } = await house(257 * MiB);
  const response = await post("/v1/completions");
  expect(response.status).toBe(502);
  expect(response.headers.get("x-should-retry")).toBe("false");
  const { error } = (await response.json()) as ErrorBody;
  expect(error.code).toBe("answer_too_large");
  expect(asked.times).toBe(1);
  expect(await metrics()).toMatch(/retries_total 0\n/);
});
