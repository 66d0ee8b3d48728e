/** @file What a worker in front of another server counts and logs. */
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { serveStub } from "../support/upstream-stub.ts";

const messages = [{ role: "user", content: "x" }];

async function start() {
  const stub = keep(await serveStub("vllm"));
  const worker = await startRemote([remoteModel(stub, { names: ["m"] })]);
  const metrics = async () => (await fetch(`${worker.url}/metrics`)).text();
  const ask = async (path: string, body: object = {}) => {
    const response = await post(worker.url, path, { model: "m", messages, ...body });
    await response.text();
    return response.status;
  };
  return { stub, worker, metrics, ask };
}

test("the figures of a model that nobody has asked are 0", async () => {
  const { metrics } = await start();
  const text = await metrics();
  for (const figure of [
    'requests_total{model="m",route="/v1/chat/completions",status="200"}',
    'request_errors_total{model="m"}',
    'prompt_tokens_total{model="m"}',
    'completion_tokens_total{model="m"}',
  ])
    expect(text).toContain(`\nfastchat_worker_${figure} 0\n`);
});

test("passed and translated answers are counted and logged, the latter with tokens", async () => {
  const { worker, metrics, ask } = await start();
  const paths = ["/v1/chat/completions", "/api/chat"];
  for (const path of paths) expect(await ask(path, { stream: true }), path).toBe(200);
  const seen = (path: string) => worker.lines.find((line) => line.includes(` m ${path} 200 in `));
  await eventually(() => paths.every((path) => seen(path) !== undefined));
  expect(seen("/api/chat")).toMatch(
    /^req_\S+ m \/api\/chat 200 in [\d.]+ ms, first byte after [\d.]+ ms$/,
  );
  const text = await metrics();
  for (const path of paths)
    expect(text).toContain(
      `fastchat_worker_requests_total{model="m",route="${path}",status="200"} 1\n`,
    );
  expect(text).toContain('fastchat_worker_request_duration_seconds_count{model="m"} 2\n');
  expect(text).toMatch(/^fastchat_worker_prompt_tokens_total\{model="m"\} [1-9]/m);
  expect(text).toMatch(/^fastchat_worker_completion_tokens_total\{model="m"\} [1-9]/m);
});

test("failures of the server are errors; of unknown names there is one label", async () => {
  const { stub, metrics, ask } = await start();
  stub.manner = "fail";
  expect(await ask("/v1/chat/completions")).toBeGreaterThanOrEqual(500);
  for (const model of ["a", "b"]) expect(await ask("/v1/chat/completions", { model })).toBe(404);
  await eventually(async () => (await metrics()).includes('status="404"} 2\n'));
  const text = await metrics();
  expect(text).toContain('fastchat_worker_request_errors_total{model="m"} 1\n');
  expect(text).toContain(
    'fastchat_worker_requests_total{model="unknown",route="/v1/chat/completions",status="404"} 2\n',
  );
});

test("a path with line breaks and escapes is one line of the log", async () => {
  const { worker, ask } = await start();
  expect(await ask("/x%0aall is well%1b[2J")).toBe(404);
  await eventually(() => worker.lines.some((line) => line.includes("/x%0Aall is well%1B[2J 404")));
});
