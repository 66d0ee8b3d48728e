/** @file What the api's `/metrics` says of requests, before the first and after some of each kind. */
import { expect, test } from "vitest";
import { serveApi } from "../../src/api/serve.ts";
import { serveEcho } from "../support/echo-worker.ts";
import { eventually } from "../support/eventually.ts";
import { post } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";

const messages = [{ role: "user", content: "one two three" }];

async function start(options: Parameters<typeof serveEcho>[0] = {}) {
  const worker = keep(await serveEcho(options));
  const api = keep(
    await serveApi({ host: "127.0.0.1", port: 0, workers: [worker.url], apiKeys: ["key"] }),
  );
  const headers = { authorization: "Bearer key" };
  const metrics = async () => (await fetch(`${api.url}/metrics`, { headers })).text();
  const ask = async (body: object, path = "/v1/chat/completions") => {
    const asked = { "content-type": "application/json", ...headers };
    const response = await fetch(api.url + path, {
      method: "POST",
      headers: asked,
      body: JSON.stringify({ messages, ...body }),
    });
    await response.text();
    return response.status;
  };
  await eventually(async () => (await metrics()).includes('{model="echo"} 0'));
  return { worker, api, metrics, ask };
}

test("a model that nobody has asked yet stands there with 0", async () => {
  const { metrics } = await start();
  const text = await metrics();
  expect(text).toContain(
    'fastchat_api_requests_total{model="echo",route="/v1/chat/completions",status="200"} 0\n',
  );
  for (const name of [
    'request_errors_total{model="echo"}',
    "retries_total",
    "broken_answers_total",
  ])
    expect(text).toContain(`\nfastchat_api_${name} 0\n`);
});

test("requests are counted by their model's own id, their route and their status", async () => {
  const { api, metrics, ask } = await start();
  expect(await ask({ model: "echo" })).toBe(200);
  expect(await ask({ model: "parrot", stream: true })).toBe(200);
  expect(await ask({ model: "echo", max_tokens: 9 }, "/v1/nothing")).toBe(404);
  for (const model of ["a", "b"]) expect(await ask({ model })).toBe(404);
  expect((await post(api.url, "/v1/chat/completions", { model: "echo", messages })).status).toBe(
    401,
  );
  await eventually(async () => (await metrics()).includes('status="401"} 1\n'));
  const text = await metrics();
  const lines = text.split("\n").filter((line) => line.startsWith("fastchat_api_requests_total"));
  const chat = 'route="/v1/chat/completions"';
  for (const line of [
    `{model="echo",${chat},status="200"} 2`,
    `{model="unknown",${chat},status="404"} 2`,
    '{model="unknown",route="unknown",status="404"} 1',
    `{model="unknown",${chat},status="401"} 1`,
  ])
    expect(lines).toContain(`fastchat_api_requests_total${line}`);
  expect(text).toContain('fastchat_api_request_duration_seconds_count{model="echo"} 2\n');
  expect(text).toContain('fastchat_api_time_to_first_byte_seconds_count{model="echo"} 2\n');
  expect(text).toContain('fastchat_api_request_errors_total{model="unknown"} 0\n');
});

test("a failed answer is an error of its model", async () => {
  const { worker, metrics, ask } = await start();
  await worker.kill();
  expect(await ask({ model: "echo" })).toBeGreaterThanOrEqual(500);
  await eventually(async () =>
    (await metrics()).includes('fastchat_api_request_errors_total{model="echo"} 1\n'),
  );
});

test("the first byte of a slow stream comes before its end, and who leaves is a 499", async () => {
  const { api, metrics, ask } = await start({ pauseMs: 100 });
  await ask({ model: "echo", stream: true });
  const sum = async (name: string) => {
    const pattern = new RegExp(`^fastchat_api_${name}_seconds_sum\\{model="echo"\\} (.*)$`, "m");
    return Number(pattern.exec(await metrics())?.[1]);
  };
  await eventually(async () => (await sum("request_duration")) > 0.2);
  expect(await sum("time_to_first_byte")).toBeLessThan((await sum("request_duration")) - 0.1);
  const leaving = new AbortController();
  await fetch(`${api.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer key", "content-type": "application/json" },
    body: JSON.stringify({ model: "echo", messages, stream: true }),
    signal: leaving.signal,
  });
  leaving.abort();
  await eventually(async () => (await metrics()).includes('status="499"} 1\n'));
});
