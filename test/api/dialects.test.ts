/** @file Every dialect through an api, to workers of a law. */
import Anthropic from "@anthropic-ai/sdk";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { type ApiOptions, serveApi } from "../../src/api/serve.ts";
import { serveController } from "../../src/controller/serve.ts";
import type { RunningServer } from "../../src/http/serve.ts";
import {
  type DialectOptions,
  type DialectWorker,
  serveDialects,
} from "../support/dialect-worker.ts";
import { eventually } from "../support/eventually.ts";
import { keep } from "../support/started.ts";

const host = "127.0.0.1";

type House = { api: RunningServer; workers: DialectWorker[] };

/** A controller, its workers, and an api that knows them all. */
async function house(workers: DialectOptions[], options: Partial<ApiOptions> = {}): Promise<House> {
  const controller = keep(await serveController({ host, port: 0, dispatchMethod: "lottery" }));
  const controllerAddress = controller.url;
  const running: DialectWorker[] = [];
  for (const worker of workers)
    running.push(keep(await serveDialects({ ...worker, controllerAddress })));
  const api = keep(await serveApi({ host, port: 0, controllerAddress, ...options }));
  await knows(api, workers.length);
  return { api, workers: running };
}

function knows(api: RunningServer, workers: number) {
  return eventually(async () => {
    const response = await fetch(`${api.url}/health`);
    return ((await response.json()) as { workers: number }).workers === workers;
  });
}

function post(api: RunningServer, path: string, body: object, headers = {}): Promise<Response> {
  return fetch(api.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

const openai = ({ url }: RunningServer) =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
const anthropic = ({ url }: RunningServer, apiKey = "none") =>
  new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });
const ollama = ({ url }: RunningServer) => new Ollama({ host: url });

const message = (content: string) => ({
  model: "echo",
  max_tokens: 1000,
  messages: [{ role: "user" as const, content }],
});

describe("Anthropic's client", () => {
  test("gets messages, streams and counts, with the worker's request id", async () => {
    const { api } = await house([{}]);
    const client = anthropic(api);
    const whole = await client.messages.create(message("one two"));
    expect(whole.content).toMatchObject([{ text: "one two" }]);
    expect(whole._request_id).toMatch(/^req_/);
    const streamed = await client.messages.stream(message("one two")).finalMessage();
    expect(streamed.content).toEqual(whole.content);
    expect(await client.messages.countTokens(message("one two"))).toEqual({ input_tokens: 2 });
  });

  test("gets what the api itself refuses in Anthropic's shape", async () => {
    const { api } = await house([{}], { apiKeys: ["sk-right"] });
    await expect(anthropic(api, "sk-wrong").messages.create(message("x"))).rejects.toMatchObject({
      status: 401,
      error: { type: "error", error: { type: "authentication_error" } },
    });
    const client = anthropic(api, "sk-right");
    const unknown = client.messages.create({ ...message("x"), model: "nope" });
    await expect(unknown).rejects.toMatchObject({
      status: 404,
      error: { error: { type: "not_found_error" }, request_id: expect.stringMatching(/^req_/) },
    });
    const key = { "x-api-key": "sk-right" };
    const large = await post(api, "/v1/messages", message("x".repeat(5 << 20)), key);
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ error: { type: "request_too_large" } });
  });
});

describe("Ollama's client", () => {
  test("chats, generates, lists, shows, by names with :latest", async () => {
    const { api, workers } = await house([{}]);
    const client = ollama(api);
    const model = "echo:latest";
    const chatted = await client.chat({ ...message("one two"), model });
    expect(chatted.message.content).toBe("one two");
    expect((await client.generate({ model, prompt: "one", raw: true })).response).toBe("one");
    expect((await client.list()).models).toMatchObject([
      { name: "echo", size: 1000, details: { parameter_size: "1.5B" } },
      { name: "parrot" },
    ]);
    expect((await client.ps()).models).toHaveLength(1);
    expect((await client.show({ model })).capabilities).toContain("completion");
    expect((await client.version()).version).toMatch(/^\d/);
    expect(workers[0]?.seen).toEqual(["POST /api/chat", "POST /api/generate", "POST /api/show"]);
    await expect(client.chat({ ...message("x"), model: "nope" })).rejects.toMatchObject({
      status_code: 404,
      error: expect.stringContaining("nope"),
    });
  });

  test("gets each word when it is there, not all at the end", async () => {
    const { api } = await house([{ pauseMs: 100 }]);
    const at: number[] = [];
    const words = await ollama(api).chat({ ...message("one two three four"), stream: true });
    for await (const _ of words) at.push(performance.now());
    expect(at).toHaveLength(5);
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThan(200);
  });

  test("is told that the server runs, and of paths that it has not, in Ollama's words", async () => {
    const { api } = await house([{}], { apiKeys: ["sk-right"] });
    expect(await (await fetch(api.url)).text()).toBe("FastChat is running");
    expect((await fetch(api.url, { method: "HEAD" })).status).toBe(200);
    const key = { authorization: "Bearer sk-right" };
    for (const path of ["/api/experimental/x", "/api/me", "/api/v12"]) {
      const response = await post(api, path, {}, key);
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ error: expect.stringContaining(path) });
    }
    for (const path of ["/api/v1/x", "/api/v1", "/apis"])
      expect(await (await post(api, path, {}, key)).json()).toMatchObject({
        error: { code: "unknown_url" },
      });
  });

  test("names an embedding that no model does", async () => {
    const { api } = await house([{}]);
    const response = await post(api, "/api/embed", { model: "echo", input: "x" });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: "The model 'echo' gives no embeddings; start its worker with --embedding.",
    });
  });
});

describe("responses", () => {
  test("are asked of the worker that remembers them, by every api", async () => {
    const { api, workers } = await house([{}, {}, {}]);
    const client = openai(api);
    for (let i = 0; i < 6; i++) {
      const first = await client.responses.create({ model: "echo", input: `word ${i}` });
      const holder = workers.find(({ seen }) => seen.splice(0).length > 0);
      const next = { model: "echo", input: "more", previous_response_id: first.id };
      const second = await client.responses.create(next);
      expect((await client.responses.retrieve(second.id)).previous_response_id).toBe(first.id);
      const items = await client.responses.inputItems.list(second.id, { order: "asc" });
      expect(items.data).toHaveLength(3);
      await client.responses.delete(first.id);
      expect(holder?.seen.splice(0)).toEqual([
        "POST /v1/responses",
        `GET /v1/responses/${second.id}`,
        `GET /v1/responses/${second.id}/input_items?order=asc`,
        `DELETE /v1/responses/${first.id}`,
      ]);
    }
  });

  test("of a worker that is gone are not found", async () => {
    const { api, workers } = await house([{}, {}]);
    const client = openai(api);
    const { id } = await client.responses.create({ model: "echo", input: "one" });
    await workers.find(({ seen }) => seen.length > 0)?.close();
    await knows(api, 1);
    await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    const next = { model: "echo", input: "two", previous_response_id: id };
    await expect(client.responses.create(next)).rejects.toMatchObject({
      status: 400,
      code: "previous_response_not_found",
    });
    await expect(client.responses.retrieve("resp_of_another_house")).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    );
  });

  test("are not followed by another model, whose worker does not remember them", async () => {
    const { api, workers } = await house([{}, { model: { id: "other", aliases: [] } }]);
    const client = openai(api);
    const { id } = await client.responses.create({ model: "echo", input: "one" });
    const next = { model: "other", input: "two", previous_response_id: id };
    await expect(client.responses.create(next)).rejects.toMatchObject({
      status: 400,
      param: "previous_response_id",
      message: expect.stringContaining("Only the model 'echo' can go on from the response"),
    });
    expect(workers[1]?.seen).toEqual([]);
    expect((await client.responses.create({ ...next, model: "parrot" })).status).toBe("completed");
  });

  test("alone are asked by their id: elsewhere the field is one of many that mean nothing", async () => {
    const { api } = await house([{}]);
    const asked = { ...message("one"), previous_response_id: "resp_none" };
    expect((await post(api, "/v1/messages", asked)).status).toBe(200);
  });

  test("are found again at workers that were named by hand", async () => {
    const workers = [keep(await serveDialects()), keep(await serveDialects())];
    const api = keep(await serveApi({ host, port: 0, workers: workers.map(({ url }) => url) }));
    await knows(api, 2);
    const client = openai(api);
    for (let i = 0; i < 6; i++) {
      const { id } = await client.responses.create({ model: "echo", input: "one" });
      expect((await client.responses.retrieve(id)).output_text).toBe("one");
    }
  });
});

describe("a worker that dies in the middle of a stream", () => {
  const long = "word ".repeat(300);

  async function dying() {
    const { api, workers } = await house([{ pauseMs: 10 }]);
    return { api, kill: () => void workers[0]?.close() };
  }

  test("is told to Anthropic's client as an error event", async () => {
    const { api, kill } = await dying();
    const stream = anthropic(api).messages.stream(message(long));
    let words = 0;
    stream.on("text", () => ++words === 3 && kill());
    await expect(stream.finalMessage()).rejects.toMatchObject({
      error: { type: "error", error: { type: "api_error" } },
    });
    expect(words).toBeGreaterThanOrEqual(3);
  });

  test("is told to Ollama's client as a last line", async () => {
    const { api, kill } = await dying();
    let words = 0;
    const read = async () => {
      for await (const _ of await ollama(api).chat({ ...message(long), stream: true }))
        if (++words === 3) kill();
    };
    await expect(read()).rejects.toThrow(/stopped before the answer was complete/);
    expect(words).toBeGreaterThanOrEqual(3);
  });

  test("is told to the Responses' client as an error", async () => {
    const { api, kill } = await dying();
    const events = await openai(api).responses.create({ model: "echo", input: long, stream: true });
    const read = async () => {
      for await (const { type } of events) if (type === "response.output_text.delta") kill();
    };
    await expect(read()).rejects.toMatchObject({ code: "worker_lost" });
  });
});

describe("a request that names no model", () => {
  const paths = ["/tokenize", "/detokenize", "/apply-template", "/infill"];

  test("means the only one there is, on the paths of servers that have one", async () => {
    const { api } = await house([{}, {}]);
    for (const path of paths)
      expect(await (await post(api, path, { content: "x" })).json()).toEqual({ reached: path });
    const info = await fetch(`${api.url}/tokenizer_info`);
    expect(await info.json()).toEqual({ reached: "/tokenizer_info" });
  });

  test("is told the models where there are several", async () => {
    const { api, workers } = await house([{}, { model: { id: "other", aliases: [] } }]);
    for (const path of paths) {
      const response = await post(api, path, { content: "x" });
      expect(response.status).toBe(400);
      expect(await response.text()).toMatch(/echo, other|other, echo/);
    }
    expect((await fetch(`${api.url}/tokenizer_info`)).status).toBe(400);
    expect((await fetch(`${api.url}/tokenizer_info?model=other`)).status).toBe(200);
    expect(workers[1]?.seen).toEqual(["GET /tokenizer_info?model=other"]);
  });

  test("is refused elsewhere, in the path's own dialect", async () => {
    const { api } = await house([{}]);
    const { model: _, ...asked } = message("x");
    expect(await (await post(api, "/v1/messages", asked)).json()).toMatchObject({
      type: "error",
      error: { type: "invalid_request_error", message: expect.stringContaining("'model'") },
    });
    expect(await (await post(api, "/api/chat", asked)).json()).toEqual({
      error: expect.stringContaining("'model'"),
    });
    expect(await (await post(api, "/v1/responses", { input: "x" })).json()).toMatchObject({
      error: { param: "model" },
    });
  });
});

describe("ranks and FastChat's embeddings", () => {
  test("go to a model that does them", async () => {
    const ranker = { id: "ranker", aliases: [], capabilities: ["rerank" as const] };
    const embedder = { id: "org/e:1", aliases: [], capabilities: ["embeddings" as const] };
    const { api } = await house([{}, { model: ranker }, { model: embedder }]);
    for (const path of ["/v1/rerank", "/v2/rerank", "/rerank"])
      expect(await (await post(api, path, { query: "x" })).json()).toEqual({ reached: path });
    const path = "/v1/engines/org/e:1/embeddings";
    expect(await (await post(api, path, { input: "x" })).json()).toEqual({ reached: path });
    expect((await post(api, "/v1/rerank", { model: "echo", query: "x" })).status).toBe(400);
  });
});

test("a worker is asked which LoRA adapters it has", async () => {
  const { api, workers } = await house([{}]);
  await fetch(`${api.url}/lora-adapters?model=echo`);
  expect(workers[0]?.seen).toEqual(["GET /lora-adapters?model=echo"]);
});
