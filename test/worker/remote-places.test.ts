/** @file Several servers of one model: a request has its place at the one it is sent to. */
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { serveStub } from "../support/upstream-stub.ts";

const messages = [{ role: "user", content: "Hello" }];
/** Anthropic's words have to be translated for an OpenAI server, its own pass as they are. */
const translated = ["/v1/messages", { model: "m", max_tokens: 8, messages }] as const;
const passedOn = ["/v1/chat/completions", { model: "m", messages }] as const;

async function startPair(limitConcurrency: number) {
  const stubs = [keep(await serveStub("vllm")), keep(await serveStub("vllm"))] as const;
  const models = stubs.map((stub) =>
    remoteModel(stub, { names: ["m"], limitConcurrency, silenceMs: 60_000 }),
  );
  return { stubs, worker: await startRemote(models) };
}

test.for([
  [translated, passedOn],
  [passedOn, translated],
  [translated, translated],
])("each of two servers gets one of two requests: %o", async ([first, second]) => {
  const { stubs, worker } = await startPair(1);
  for (const stub of stubs) stub.manner = "hang";
  const leaving = new AbortController();
  const ask = ([path, body]: typeof translated | typeof passedOn) =>
    fetch(worker.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: leaving.signal,
    }).catch(() => null);
  const asked = stubs.map((stub) => stub.bodies.length);
  const total = () => stubs.reduce((sum, stub, i) => sum + stub.bodies.length - (asked[i] ?? 0), 0);
  const answers = [ask(first)];
  await eventually(() => total() === 1);
  answers.push(ask(second));
  await eventually(() => total() === 2);
  expect(stubs.map(({ bodies }) => bodies.length)).toEqual([1, 1]);
  for (const [path, body] of [translated, passedOn]) {
    const refused = await post(worker.url, path, body);
    expect(refused.status).toBe(429);
  }
  leaving.abort();
  await Promise.all(answers);
  for (const stub of stubs) stub.manner = "well";
  await eventually(async () => (await post(worker.url, ...passedOn)).status === 200);
  for (let i = 0; i < 3; i++) expect((await post(worker.url, ...translated)).status).toBe(200);
});
