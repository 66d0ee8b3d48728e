import { request } from "node:http";
import OpenAI from "openai";
import { afterEach, describe, expect, test } from "vitest";
import { type ApiOptions, serveApi } from "../../src/api/serve.ts";
import { type RunningController, serveController } from "../../src/controller/serve.ts";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import type { RunningServer } from "../../src/http/serve.ts";
import { type EchoOptions, type EchoWorker, serveEcho } from "../support/echo-worker.ts";
import { eventually } from "../support/eventually.ts";

const host = "127.0.0.1";
const ask = { model: "echo", messages: [{ role: "user", content: "one two three" }] };

/** Everything a test starts, closed in reverse order. */
const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of started.splice(0).reverse()) await server.close();
});

function keep<T extends { close(): Promise<void> }>(server: T): T {
  started.push(server);
  return server;
}

type House = { controller: RunningController; api: RunningServer; workers: EchoWorker[] };

/** A controller, an api that knows all of the workers, and the workers. */
async function house(workers: EchoOptions[], options: Partial<ApiOptions> = {}): Promise<House> {
  const controller = keep(await serveController({ host, port: 0, dispatchMethod: "lottery" }));
  const controllerAddress = controller.url;
  const running: EchoWorker[] = [];
  for (const worker of workers)
    running.push(keep(await serveEcho({ ...worker, controllerAddress })));
  const api = keep(await serveApi({ host, port: 0, controllerAddress, ...options }));
  await eventually(async () => (await health(api)).workers === workers.length);
  return { controller, api, workers: running };
}

async function health(api: RunningServer) {
  const response = await fetch(`${api.url}/health`);
  return { code: response.status, ...((await response.json()) as { workers: number }) };
}

function post(api: RunningServer, body: object, path = "/v1/chat/completions", headers = {}) {
  return fetch(api.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

const errorOf = async (response: Response) => ((await response.json()) as ErrorBody).error;
const client = (api: RunningServer, apiKey = "none") =>
  new OpenAI({ baseURL: `${api.url}/v1`, apiKey, maxRetries: 0 });
const chat = { model: "echo", messages: [{ role: "user" as const, content: "one two three" }] };

describe("the official client", () => {
  test("gets a whole answer, by id and by alias", async () => {
    const { api } = await house([{}]);
    for (const model of ["echo", "parrot"]) {
      const { choices } = await client(api).chat.completions.create({ ...chat, model });
      expect(choices[0]?.message.content).toBe("one two three");
    }
  });

  test("gets a stream", async () => {
    const { api } = await house([{}]);
    const stream = await client(api).chat.completions.create({ ...chat, stream: true });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe("one two three");
  });

  test("gets embeddings, asked for as base64 unless it says otherwise", async () => {
    const { api } = await house([{}]);
    const { data } = await client(api).embeddings.create({ model: "echo", input: "x" });
    expect([...(data[0]?.embedding ?? [])]).toEqual([1, 0.5, 0.25]);
  });

  test("lists models, ids first, and finds one by an id with a slash and a colon", async () => {
    const { api } = await house([{ model: { id: "qwen/qwen2.5:0.5b", aliases: ["echo"] } }]);
    const ids = (await client(api).models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(["qwen/qwen2.5:0.5b", "echo"]);
    const model = await client(api).models.retrieve("qwen/qwen2.5:0.5b");
    expect(model).toMatchObject({ id: "qwen/qwen2.5:0.5b", parent: null, object: "model" });
    for (const path of ["qwen/qwen2.5:0.5b", "qwen%2Fqwen2.5%3A0.5b"])
      expect((await fetch(`${api.url}/v1/models/${path}`)).status).toBe(200);
  });

  test("raises NotFoundError for an unknown model, and is told what there is", async () => {
    const { api } = await house([{ model: { adapters: ["haiku"] } }]);
    const asked = client(api).chat.completions.create({ ...chat, model: "nope" });
    await expect(asked).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(asked).rejects.toMatchObject({ code: "model_not_found", param: "model" });
    await expect(asked).rejects.toThrow(/echo/);
    const late = client(api).chat.completions.create({ ...chat, model: "echo:late" });
    await expect(late).rejects.toThrow("Models here: echo, parrot, echo:haiku.");
  });

  test("says by which method a path is asked", async () => {
    const { api } = await house([{}]);
    const response = await fetch(`${api.url}/v1/chat/completions`);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    const { message } = await errorOf(response);
    expect(message).toBe("/v1/chat/completions does not take GET: ask it by POST.");
    expect((await fetch(`${api.url}/v1/chat/completion`)).status).toBe(404);
  });

  test("is told that LoRA adapters are changed at the worker itself", async () => {
    const { api } = await house([{}]);
    for (const path of ["/lora-adapters", "/v1/load_lora_adapter", "/v1/unload_lora_adapter"]) {
      const refused = await post(api, {}, path);
      expect(refused.status).toBe(400);
      expect((await errorOf(refused)).message).toContain(`send POST ${path} to the address`);
    }
  });

  test("raises BadRequestError that names the field the worker refused", async () => {
    const { api } = await house([{}]);
    const asked = client(api).chat.completions.create({ ...chat, temperature: 9 });
    await expect(asked).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(asked).rejects.toMatchObject({ param: "temperature" });
  });

  test("raises AuthenticationError without the right key", async () => {
    const { api } = await house([{}], { apiKeys: ["sk-right"] });
    await expect(client(api, "sk-wrong").models.list()).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    expect((await client(api, "sk-right").models.list()).data).toHaveLength(2);
  });

  test("raises RateLimitError when every worker is busy, with the worker's Retry-After", async () => {
    const { api } = await house([{ refuseWith: "busy" }]);
    const asked = client(api).chat.completions.create(chat);
    await expect(asked).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(asked.catch((error) => error.headers.get("retry-after"))).resolves.toBe("3");
  });

  test.for([true, false])("stops the worker when it hangs up (stream: %s)", async (stream) => {
    const { api, workers } = await house([{ pauseMs: 20 }]);
    const aborter = new AbortController();
    const messages = [{ role: "user" as const, content: "word ".repeat(500) }];
    const asked = client(api).chat.completions.create(
      { model: "echo", messages, stream },
      { signal: aborter.signal },
    );
    asked.catch(() => {});
    await eventually(() => workers[0]?.active === 1);
    aborter.abort();
    expect(await eventually(() => workers[0]?.active === 0)).toBeLessThan(250);
  });
});

describe("a request's way", () => {
  test("carries the client's request id to the worker and back", async () => {
    const { api, workers } = await house([{}]);
    const response = await post(api, ask, undefined, { "x-request-id": "mine-1" });
    expect(response.headers.get("x-request-id")).toBe("mine-1");
    expect(workers[0]?.requestIds).toEqual(["mine-1"]);
    expect((await post(api, ask)).headers.get("x-request-id")).toMatch(/^req_/);
  });

  test("is refused where the model lacks the capability", async () => {
    const { api } = await house([{}]);
    const response = await post(api, { model: "echo", prompt: "x" }, "/v1/completions");
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ param: "model" });
  });

  test("needs a model", async () => {
    const { api } = await house([{}]);
    const response = await post(api, { messages: [] });
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ param: "model" });
  });

  test("passes a stream on byte by byte, with the headers of one", async () => {
    const { api, workers } = await house([{}]);
    const both = await Promise.all(
      [api, workers[0] as EchoWorker].map((server) => post(server, { ...ask, stream: true })),
    );
    const [through, direct] = await Promise.all(both.map((response) => response.text()));
    expect(through).toBe(direct);
    expect(through?.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(both[0]?.headers.get("content-type")).toBe("text/event-stream");
    expect(both[0]?.headers.get("x-accel-buffering")).toBe("no");
  });

  test("marks the answer for the page that may read it, streams too", async () => {
    const { api } = await house([{}], { allowedOrigins: ["https://chat.example"] });
    const origin = { origin: "https://chat.example" };
    for (const stream of [true, false]) {
      const response = await post(api, { ...ask, stream }, undefined, origin);
      expect(response.headers.get("access-control-allow-origin")).toBe("https://chat.example");
    }
  });
});

describe("failing workers", () => {
  test("a refused connection costs one retry, and the worker", async () => {
    const { api, workers, controller } = await house([{}, {}]);
    await controller.close(); // so that only the api's own experience can tell
    await workers[0]?.kill();
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) statuses.push((await post(api, ask)).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    expect(metrics).toMatch(/fastchat_api_retries_total 1\n/);
    expect(metrics).toMatch(/fastchat_api_workers_ejected 1\n/);
  });

  test("one that dies before its first byte is replaced by another", async () => {
    const { api, workers } = await house([{ refuseWith: "hang" }, {}]);
    const asked = Promise.all(Array.from({ length: 8 }, () => post(api, { ...ask, stream: true })));
    const hanging = workers[0] as EchoWorker;
    await eventually(() => hanging.seen > 0);
    const seen = hanging.seen;
    await hanging.kill();
    const texts = await Promise.all((await asked).map((response) => response.text()));
    for (const text of texts) expect(text).toContain("[DONE]");
    expect(seen).toBeLessThanOrEqual(8);
  });

  test.for(["busy", "unavailable"] as const)("one that is %s sends nobody away", async (reason) => {
    const { api } = await house([{ refuseWith: reason }, {}]);
    for (let i = 0; i < 10; i++) expect((await post(api, ask)).status).toBe(200);
  });

  test("one that dies in the middle of a stream is told as one last event", async () => {
    const { api, workers } = await house([{ pauseMs: 10 }, { pauseMs: 10 }]);
    const messages = [{ role: "user" as const, content: "word ".repeat(500) }];
    const stream = await client(api).chat.completions.create({
      model: "echo",
      messages,
      stream: true,
    });
    const busy = workers.find(({ active }) => active === 1) as EchoWorker;
    let words = 0;
    const read = async () => {
      for await (const _ of stream) if (++words === 5) void busy.kill();
    };
    await expect(read()).rejects.toMatchObject({ code: "worker_lost" });
    expect(words).toBeGreaterThanOrEqual(5);
    expect((await post(api, ask)).status).toBe(200);
  });

  test("one that dies in the middle of a stream ends it without [DONE], at an event's end", async () => {
    const { api, workers } = await house([{ pauseMs: 10 }]);
    const messages = [{ role: "user", content: "word ".repeat(500) }];
    const response = await post(api, { model: "echo", messages, stream: true });
    setTimeout(() => void workers[0]?.kill(), 100);
    const events = (await response.text()).split("\n\n").slice(0, -1);
    const data = events.map((event) => JSON.parse(event.replace(/^data: /, "")));
    expect(data.at(-1)).toMatchObject({ error: { code: "worker_lost", type: "server_error" } });
    expect(data.filter((event) => event.error)).toHaveLength(1);
  });

  test("the only one's death is a 502 that may be tried again", async () => {
    const { api, workers } = await house([{ pauseMs: 20 }]);
    const messages = [{ role: "user", content: "word ".repeat(100) }];
    const asked = post(api, { model: "echo", messages });
    await eventually(() => workers[0]?.active === 1);
    await workers[0]?.kill();
    const response = await asked;
    expect(response.status).toBe(502);
    expect(response.headers.get("x-should-retry")).toBe("true");
    expect(await errorOf(response)).toMatchObject({ code: "worker_lost" });
  });

  test("a model whose workers are all gone is missing, not unknown", async () => {
    const { api, workers } = await house([{}]);
    await workers[0]?.kill();
    await eventually(async () => (await health(api)).workers === 0);
    const response = await post(api, ask);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("2");
    expect(await errorOf(response)).toMatchObject({ code: "no_worker_available" });
  });
});

describe("without a controller", () => {
  test("the api starts, says that it is not ready, and heals", async () => {
    const gone = await serveController({ host, port: 0 });
    await gone.close();
    const controllerAddress = gone.url;
    const api = keep(await serveApi({ host, port: 0, controllerAddress }));
    expect((await health(api)).code).toBe(503);
    expect(await errorOf(await post(api, ask))).toMatchObject({ code: "starting" });
    keep(await serveController({ host, port: gone.port }));
    keep(await serveEcho({ controllerAddress }));
    await eventually(async () => (await health(api)).workers === 1);
    expect((await post(api, ask)).status).toBe(200);
  });

  test("the api says where it was, without a password that rides along", async () => {
    const gone = await serveController({ host, port: 0 });
    await gone.close();
    const said: string[] = [];
    const controllerAddress = gone.url.replace("//", "//me:secret@");
    const onControllerState = (text: string) => said.push(text);
    keep(await serveApi({ host, port: 0, controllerAddress, onControllerState }));
    await eventually(() => said.length > 0);
    expect(said[0]).toContain(`lost the controller at ${gone.url}: `);
    expect(said.join()).not.toContain("secret");
  });

  test("the api goes on serving, and is told of all workers 3 s after it is back", async () => {
    const { api, controller, workers } = await house([{}, {}]);
    await controller.close();
    for (let i = 0; i < 5; i++) expect((await post(api, ask)).status).toBe(200);
    const again = keep(await serveController({ host, port: controller.port }));
    const counts = async () =>
      ((await (await fetch(`${again.url}/health`)).json()) as { workers: number }).workers;
    expect(await eventually(async () => (await counts()) === workers.length)).toBeLessThan(3000);
    expect((await health(api)).workers).toBe(2);
    expect((await post(api, ask)).status).toBe(200);
  });

  test("workers may be named by hand", async () => {
    const worker = keep(await serveEcho());
    const api = keep(await serveApi({ host, port: 0, workers: [worker.url] }));
    await eventually(async () => (await health(api)).workers === 1);
    expect((await post(api, { ...ask, model: "parrot" })).status).toBe(200);
  });
});

describe("a slow reader", () => {
  test("holds back the worker and not the api's memory, and then gets everything", async () => {
    const { api } = await house([{}]);
    const content = `${"x".repeat(1000)} `.repeat(3000);
    const body = JSON.stringify({
      model: "echo",
      messages: [{ role: "user", content }],
      stream: true,
    });
    const bytes = await new Promise<number>((resolve, reject) => {
      const headers = { "content-type": "application/json" };
      const asked = request(`${api.url}/v1/chat/completions`, { method: "POST", headers });
      asked.on("error", reject).on("response", (answer) => {
        let size = 0;
        setTimeout(() => answer.on("data", (chunk: Buffer) => (size += chunk.length)), 300);
        answer.on("end", () => resolve(size));
      });
      asked.end(body);
    });
    expect(bytes).toBeGreaterThan(3_000_000);
  });
});
