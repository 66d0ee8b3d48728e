import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveApi } from "../../src/api/serve.ts";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import type { RunningServer } from "../../src/http/serve.ts";
import type { TokenCheckAnswer } from "../../src/protocol/tokens.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { eventually } from "../support/eventually.ts";
import { tinyModel } from "../support/tiny-models.ts";

const common = { host: "127.0.0.1", port: 0, threads: 1, slots: 1, joinToken: "secret" };
const models = {
  short: tinyModel({ contextLength: 512 }),
  long: tinyModel({ architecture: "qwen2", contextLength: 1024 }),
};
const start = (name: keyof typeof models) =>
  serveWorker({ ...common, modelPath: models[name], names: [name, `${name}-alias`] });

/** Closed in the order of their start: llama.cpp's log, one for all, ends with the last one's thread. */
let workers: RunningWorker[];
let api: RunningServer;
beforeAll(async () => {
  workers = [await start("long"), await start("short"), await start("long")];
  api = await serveApi({
    host: "127.0.0.1",
    port: 0,
    workers: workers.map(({ url }) => url),
    joinToken: "secret",
    dispatchMethod: "lottery",
  });
  await eventually(async () => {
    const health = (await (await fetch(`${api.url}/health`)).json()) as { workers: number };
    return health.workers === 3;
  });
});
afterAll(async () => {
  await api.close();
  for (const worker of workers) await worker.close();
});

const check = (prompts: object[]) =>
  fetch(`${api.url}/api/v1/token_check`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ prompts }),
  });
const counts = async (prompts: object[]) =>
  ((await (await check(prompts)).json()) as TokenCheckAnswer).prompts;

describe("POST /api/v1/token_check", () => {
  const prompt = "The sea is deep, and the ship sails far.";

  test("asks a worker of each prompt's model, and keeps the order", async () => {
    const asked = ["long", "short", "long-alias", "short", "long"];
    const told = await counts(asked.map((model) => ({ model, prompt, max_tokens: 600 })));
    expect(told.map(({ contextLength }) => contextLength)).toEqual([1024, 512, 1024, 512, 1024]);
    expect(told.map(({ fits }) => fits)).toEqual([true, false, true, false, true]);
    const [long, short] = told.map(({ tokenCount }) => tokenCount);
    expect(told.map(({ tokenCount }) => tokenCount)).toEqual([long, short, long, short, long]);
    expect(short).not.toBe(long);
  });

  test("counts what a completion would read", async () => {
    const response = await fetch(`${api.url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "long", prompt, max_tokens: 1 }),
    });
    const { usage } = (await response.json()) as { usage: { prompt_tokens: number } };
    const [count] = await counts([{ model: "long", prompt, max_tokens: 1 }]);
    expect(count?.tokenCount).toBe(usage.prompt_tokens);
  });

  test("answers nothing for nothing", async () => {
    expect(await counts([])).toEqual([]);
  });

  test("answers 404 where one of the models is unknown", async () => {
    const response = await check([
      { model: "short", prompt },
      { model: "gone", prompt },
    ]);
    expect(response.status).toBe(404);
    expect(((await response.json()) as ErrorBody).error.code).toBe("model_not_found");
  });

  test("names the field of a wrong prompt", async () => {
    const response = await check([{ model: "short", prompt: 7 }]);
    expect(response.status).toBe(400);
    expect(((await response.json()) as ErrorBody).error.param).toBe("prompts[0].prompt");
  });

  test("asks another worker where one is dead", async () => {
    await workers.shift()?.close();
    const asked = Array.from({ length: 12 }, () => check([{ model: "long", prompt }]));
    for (const response of await Promise.all(asked)) expect(response.status).toBe(200);
  });
});
